/** Whether anybody listens to a signal. */

import { builtin } from './builtin.ts';

const events = builtin('node:events');

/**
 * Whether somebody listens to the abort of a signal. Node counts all, `fetch` among them; Bun and Deno do not
 * count theirs, and a page counts none. There a request to cancel that reached a task through `fetch` alone
 * is given to its next wait too.
 */
export function hasAbortListeners(signal: AbortSignal): boolean {
  return (events?.getEventListeners(signal, 'abort').length ?? 0) > 0;
}
