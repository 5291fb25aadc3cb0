/**
 * What a rule is: a name to call it by, the reason it exists, and a pure function from the tree to problems.
 */
import type { Problem } from './problem.ts';
import type { Tree } from './tree.ts';

/** A house rule. */
export interface Rule {
  /** The word on the command line and in every problem's line. */
  readonly name: string;
  /** What it holds, in one line, for `--list`. */
  readonly about: string;
  /** Finds every violation; no I/O, same tree, same answer. */
  audit(tree: Tree): readonly Problem[];
}
