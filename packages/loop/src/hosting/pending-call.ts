/**
 * A call of something that goes on elsewhere (in a worker, at a server) and cannot simply be dropped. When it
 * is cancelled, it asks the other side to end, and settles when that has answered.
 */

import { type CancelledError, isCancelled, isInstance } from '../errors.ts';
import type { EventLoop } from '../scheduler/event-loop.ts';
import { currentLoop } from '../task/current.ts';
import { Future } from '../task/future.ts';
import { CANCELLED, FULFILLED, REJECTED } from '../task/operation.ts';

/**
 * A Future whose cancellation is a request: `askToEnd` is called for the first one, and it stays pending until
 * `succeed` or `fail` is. A call that was cancelled ends with the reason of that, whatever the other side returned. An
 * error that is neither a CancelledError nor an AbortError takes precedence and comes through.
 */
export abstract class PendingCall<T> extends Future<T> {
  readonly #loop: EventLoop = currentLoop();
  /** Why it is to end, once somebody asked. */
  cancelReason: CancelledError | undefined = undefined;

  /** Asks the other side to end: called once, never after the call has settled. */
  protected abstract askToEnd(reason: CancelledError): void;

  /** @internal */
  override get homeLoop(): EventLoop {
    return this.#loop;
  }

  /** @internal */
  override stop(reason: CancelledError): void {
    if (this.settled || this.cancelReason !== undefined) return;
    this.cancelReason = reason;
    this.askToEnd(reason);
  }

  /** The other side has returned. */
  succeed(value: T): void {
    if (this.cancelReason !== undefined) this.settle(CANCELLED, this.cancelReason);
    else this.settle(FULFILLED, value);
  }

  /** The other side has failed, or has ended because it was asked to. */
  fail(error: unknown): void {
    if (isCancelled(error)) this.settle(CANCELLED, this.cancelReason ?? error);
    else if (this.cancelReason !== undefined && isAbort(error)) this.settle(CANCELLED, this.cancelReason);
    else this.settle(REJECTED, error);
  }
}

/** What code that knows AbortSignals but not tasks throws when it is stopped. */
function isAbort(error: unknown): boolean {
  return isInstance(error, Error) && error.name === 'AbortError';
}
