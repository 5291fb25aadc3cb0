// RemoteCall: the near end of a call that runs in a worker. It knows its pool only as whom to ask when it is cancelled.

import { CancelledError } from '../errors.ts';
import type { EventLoop } from '../scheduler/event-loop.ts';
import { currentLoop } from '../task/current.ts';
import { Future } from '../task/future.ts';
import { CANCELLED, FULFILLED, REJECTED } from '../task/operation.ts';
import type { Transferable } from './transfer.ts';

/** What a call needs of its pool. */
export interface CallOwner {
  /** Ends the call, now or once its worker has answered. */
  cancelCall(call: RemoteCall<unknown>, reason: CancelledError): void;
}

/** What is called. */
export interface CallRequest {
  readonly url: string;
  readonly name: string;
  readonly args: readonly unknown[];
  /** What moves with the arguments. */
  readonly transfers: readonly Transferable[] | undefined;
}

/**
 * A function call in another thread or process: awaitable, `yield*`-able, and cancelled through whoever awaits it.
 *
 * Cancelling asks the function to stop (`currentSignal()` there is aborted) and waits for it; a function that is still
 * running after the pool's `graceMs` loses its worker. A call that has not begun never runs.
 */
export class RemoteCall<T> extends Future<T> {
  readonly #owner: CallOwner;
  readonly #loop: EventLoop;
  /** @internal */
  readonly request: CallRequest | undefined;
  /** Why it is to end, once somebody asked. @internal */
  cancelReason: CancelledError | undefined = undefined;
  /** The worker it was given to; `undefined` while it waits. @internal */
  worker: object | undefined = undefined;
  /** Which of that worker's slots it is in. @internal */
  slot: number | undefined = undefined;

  /** @internal Made by pools; without a request it will only ever fail. */
  constructor(owner: CallOwner, request: CallRequest | undefined) {
    super();
    this.#owner = owner;
    this.#loop = currentLoop();
    this.request = request;
  }

  override get name(): string {
    return this.request?.name ?? 'call';
  }

  /** @internal */
  protected override get homeLoop(): EventLoop {
    return this.#loop;
  }

  /** It is asked, and settles when its worker has answered. @internal */
  override revoke(reason: CancelledError): void {
    if (this.settled || this.cancelReason !== undefined) return;
    this.cancelReason = reason;
    this.#owner.cancelCall(this as RemoteCall<unknown>, reason);
  }

  /** @internal */
  succeed(value: T): void {
    if (this.cancelReason !== undefined) this.settle(CANCELLED, this.cancelReason);
    else this.settle(FULFILLED, value);
  }

  /** @internal */
  fail(error: unknown): void {
    if (error instanceof CancelledError) this.settle(CANCELLED, this.cancelReason ?? error);
    else if (this.cancelReason !== undefined && isAbort(error)) this.settle(CANCELLED, this.cancelReason);
    else this.settle(REJECTED, error);
  }
}

/** What code that knows AbortSignals but not tasks throws when it is stopped. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
