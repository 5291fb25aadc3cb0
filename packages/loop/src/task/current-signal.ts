/** currentSignal: the AbortSignal of the running task or scope, for code that knows no tasks. */

import { currentPlace } from './current.ts';
import { regionAt } from './region.ts';

/** Outside of tasks nothing is ever cancelled. */
const never = new AbortController().signal;

/**
 * The signal of the running task, or of the innermost scope in it: aborted when that is cancelled, with the
 * CancelledError as its reason. After a task's cancellation cleanup gets a fresh one; in a cancelled scope it stays aborted.
 *
 * @example
 * ```ts
 * import { createTask, currentSignal, run, sleep } from '@oxbow/loop';
 *
 * await run(async () => {
 *   const task = createTask(() => fetch('https://example.org', { signal: currentSignal() }));
 *   await sleep(100);
 *   task.cancel(); // aborts the request, if it is still under way
 * });
 * ```
 */
export function currentSignal(): AbortSignal {
  const place = currentPlace();
  return place === undefined ? never : regionAt(place).signal;
}
