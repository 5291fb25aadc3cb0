/**
 * The near end of a call that runs in a worker. It knows its pool only to ask it for the end of a call that
 * is cancelled.
 */

import type { CancelledError } from '@oxbow/loop';
import { PendingCall } from '@oxbow/loop/lowlevel';
import type { Linked } from '@oxbow/loop/structures';
import type { Transferable } from './transfer.ts';
import type { TargetKind } from './wire.ts';

/** What a call needs of its pool. */
export interface CallOwner {
  /** Ends the call, now or once its worker has answered. */
  cancelCall(call: RemoteCall<unknown>, reason: CancelledError): void;
}

/** What is called, as it goes to a worker. */
export interface CallRequest {
  readonly kind: TargetKind;
  /** Of the module; empty for what concerns the object that the worker holds. */
  readonly url: string;
  readonly name: string;
  readonly args: readonly unknown[];
  /** What moves with the arguments. */
  readonly transfers: readonly Transferable[] | undefined;
}

/**
 * A function call in another thread or process: awaitable, `yield*`-able, and cancelled through the task that
 * awaits it.
 *
 * Cancelling asks the function to stop (`currentSignal()` there is aborted) and waits for it; a function that
 * is still running after the pool's `graceMs` loses its worker. A call that has not begun never runs.
 */
export class RemoteCall<T> extends PendingCall<T> implements Linked<RemoteCall<unknown>> {
  readonly #owner: CallOwner;
  /** @internal */
  readonly request: CallRequest | undefined;
  /** The worker it was given to; `undefined` while it waits. @internal */
  worker: object | undefined = undefined;
  /** Which of that worker's slots it is in. @internal */
  slot: number | undefined = undefined;
  /** Its place in the backlog. @internal */
  nextLinked: RemoteCall<unknown> | undefined = undefined;
  /** @internal */
  previousLinked: RemoteCall<unknown> | undefined = undefined;

  /** @internal Made by pools; without a request it will only ever fail. */
  constructor(owner: CallOwner, request: CallRequest | undefined) {
    super();
    this.#owner = owner;
    this.request = request;
  }

  override get name(): string {
    return this.request?.name ?? 'call';
  }

  protected override askToEnd(reason: CancelledError): void {
    this.#owner.cancelCall(this as RemoteCall<unknown>, reason);
  }
}
