/** timeout: a cancel scope whose deadline becomes a TimeoutError. */

import { CancelledError, TimeoutError } from '../errors.ts';
import { checkDelay } from '../scheduler/event-loop.ts';
import type { TimerHandle } from '../scheduler/handle.ts';
import { ScopeOp } from './cancel-scope.ts';
import type { NoStray, Result } from './coroutine.ts';
import type { Op } from './op.ts';

/**
 * Runs `body` (an async function or a `function*`) and cancels it after `ms` milliseconds.
 *
 * The body is ended before this fails: its cleanup has run. A result that is there in time wins, and cancellation from
 * outside stays cancellation, even at the same moment.
 *
 * @param ms 0 or less fails the body's first wait, `Infinity` never
 * @throws TimeoutError when the deadline ended the body; another failure of its cleanup then has that as its `cause`
 *
 * @example
 * ```ts
 * import { currentSignal, run, TimeoutError, timeout } from '@oxbow/loop';
 *
 * await run(async () => {
 *   try {
 *     const response = await timeout(1000, () => fetch('https://example.org', { signal: currentSignal() }));
 *     console.log(response.status);
 *   } catch (error) {
 *     if (!(error instanceof TimeoutError)) throw error;
 *     console.log('it took longer than a second');
 *   }
 * });
 * ```
 */
export function timeout<R>(ms: number, body: (() => R) & NoStray<R>): Op<Result<R>> {
  const limitMs = checkDelay(ms, 'timeout()');
  const passed = (request: CancelledError): TimeoutError => new TimeoutError(limitMs, { cause: request });
  let timer: TimerHandle | undefined;
  return new ScopeOp<Result<R>>(body, {
    name: 'timeout',
    shield: false,
    entered: (region) => {
      const expire = (): void => region.request(new CancelledError(`timed out after ${limitMs} ms`), true);
      if (limitMs === 0) expire();
      else timer = region.task.loop.callLater(limitMs, expire);
    },
    left: () => timer?.cancel(),
    cancelled: (request) => {
      throw passed(request);
    },
    cause: passed,
  });
}
