/**
 * What a step is: an outside tool that looks at the whole workspace, with a name to call it by.
 */
import type { Problem } from './problem.ts';
import type { Outcome } from './run-command.ts';
import type { Tree } from './tree.ts';

/** What a step is given. */
export interface StepContext {
  readonly root: string;
  readonly tree: Tree;
  /** Whether to mend what can be mended. */
  readonly fix: boolean;
  /**
   * Runs a program of the workspace in a folder (the root by default), for so many milliseconds at most, with more in its
   * environment.
   */
  run(
    program: string,
    args: readonly string[],
    cwd?: string,
    timeoutMs?: number,
    env?: Readonly<Record<string, string>>,
  ): Promise<Outcome>;
}

/** How a step ended: problems in our own form, or the tool's own words. */
export interface StepResult {
  readonly ok: boolean;
  readonly problems?: readonly Problem[];
  readonly output?: string;
}

/** One step. */
export interface Step {
  readonly name: string;
  readonly about: string;
  run(context: StepContext): Promise<StepResult>;
}
