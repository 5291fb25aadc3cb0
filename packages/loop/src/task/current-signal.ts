/** currentSignal: the AbortSignal of the running task or scope, for code that knows no tasks. */

import { currentPlace } from './current.ts';
import { regionAt } from './region.ts';

/** Outside of tasks nothing is ever cancelled. */
const never = new AbortController().signal;

/**
 * The signal of the running task, or of the innermost scope in it: aborted when that is cancelled, with the
 * CancelledError as its reason. After a task's cancellation cleanup gets a fresh one; in a cancelled scope it stays aborted.
 */
export function currentSignal(): AbortSignal {
  const place = currentPlace();
  return place === undefined ? never : regionAt(place).signal;
}
