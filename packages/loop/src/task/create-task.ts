/**
 * createTask: starts coroutines as tasks of their own, or as parts of the one that waits for them. What a task is, it does not
 * know.
 */

import { checkOptions, type LikelyOptions } from '../check-options.ts';
import { type CancelledError, UsageError } from '../errors.ts';
import { shown } from '../shown-value.ts';
import type { NoStray, Result } from './coroutine.ts';
import { currentLoop } from './current.ts';
import { currentTask, Task } from './task.ts';

/** How a task is made. */
export interface TaskOptions {
  /** For messages and debug output. Default: the function's name, or `task-N`. */
  readonly name?: string;
}

const TASK_OPTIONS = ['name'];
const BARE_VALUE: LikelyOptions = { string: 'name' };

/**
 * Starts a coroutine on its own: an async function, a function that returns a plain value or thenable, or a `function*`.
 * Its first step runs on the next turn of the loop, never inside the call.
 *
 * A task that fails while nobody looks is reported once.
 *
 * @example
 * ```ts
 * import { createTask, run, sleep } from '@oxbow/loop';
 *
 * await run(async () => {
 *   const task = createTask(async () => {
 *     await sleep(10);
 *     return 'done';
 *   });
 *   console.log('meanwhile');
 *   console.log(await task);
 * });
 * ```
 */
export function createTask<R>(fn: (() => R) & NoStray<R>, options?: TaskOptions): Task<Result<R>> {
  checkOptions(options, TASK_OPTIONS, 'createTask()', BARE_VALUE);
  if (typeof fn !== 'function') {
    throw new UsageError(`createTask() takes a function, got ${shown(fn)}: write createTask(() => …)`, {
      code: 'ERR_OXBOW_LOOP_NOT_A_FUNCTION',
    });
  }
  return spawn(fn, options?.name);
}

/** `createTask` without its checks, for a function or a generator. @internal */
export function spawn<T>(source: unknown, name: string | undefined): Task<T> {
  const parent = currentTask();
  return new Task<T>(source, parent === undefined ? currentLoop() : parent.loop, parent, name);
}

/** A task that drives a generator as part of the one that waits for it: a scope's request holds in it as it does there. */
class Part<T> extends Task<T> {
  override stop(reason: CancelledError, level: boolean): void {
    this.ask(reason, level);
  }
}

/** `spawn` for a generator, or a scope, that the running coroutine waits for itself. @internal */
export function spawnPart<T>(source: unknown, name: string | undefined): Task<T> {
  const parent = currentTask();
  return new Part<T>(source, parent === undefined ? currentLoop() : parent.loop, parent, name);
}
