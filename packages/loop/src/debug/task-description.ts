/**
 * One task in a snapshot: a record for programs, and the same with links to other tasks for drawing a tree.
 */

import type { Task } from '../task/task.ts';

/** One task at the moment of the snapshot. */
export interface TaskDescription {
  readonly name: string;
  /**
   * `waiting` for what `waitsFor` names. `other`: ready to run, not begun, or awaiting a promise the loop
   * cannot see (`until(promise)` makes it visible).
   */
  readonly state: 'running' | 'waiting' | 'other';
  /** The operations it waits for; a task is named by its own name. */
  readonly waitsFor: readonly string[];
  /** How long it has waited, in milliseconds of its loop's clock; known in debug mode only. */
  readonly waitedMs: number | undefined;
  /** The tasks that wait for it, directly or through gather, race and the like. */
  readonly waitedForBy: readonly string[];
  /** The task that created it, while that one is there. */
  readonly parent: string | undefined;
  /** `function (file:line:column)`; known in debug mode only. */
  readonly createdAt: string | undefined;
  /** For generators: where each frame is suspended, the innermost first, `function (file:line:column)`. */
  readonly frames: readonly string[];
  readonly cancelling: boolean;
}

/** A task with what stands below it: the tasks it waits for, and those it has created that nobody waits for. */
export interface TaskBranch {
  readonly task: TaskDescription;
  readonly below: readonly TaskBranch[];
}

/** A task in the tree, with the tasks that wait for it. */
export interface TaskNode {
  readonly task: Task<unknown>;
  readonly description: TaskDescription;
  readonly waiters: readonly Task<unknown>[];
}
