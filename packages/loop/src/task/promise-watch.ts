/**
 * Waiting for promises from elsewhere, so that a wait can be taken back: a promise has no way to forget a handler. So each
 * native promise gets one reaction, however often it is waited for, and that is an Op, which waiters join and leave.
 */

import { isCancelled } from '../errors.ts';
import { adopt, type Settleable } from './adopt.ts';
import { isNativePromise } from './coroutine.ts';
import { Op } from './op.ts';
import { CANCELLED, FULFILLED, PENDING, REJECTED } from './operation.ts';

/** One native promise, as an Op that all share who wait for it. Losing a waiter stops nothing. */
class PromiseWatch extends Op<unknown> implements Settleable {
  readonly #promise: Promise<unknown>;

  constructor(promise: Promise<unknown>) {
    super(PENDING);
    this.#promise = promise;
    promise.then(
      (value) => this.fulfil(value),
      (error: unknown) => this.reject(error),
    );
  }

  override get name(): string {
    return 'until';
  }

  fulfil(value: unknown): void {
    watches.delete(this.#promise);
    this.settle(FULFILLED, value);
  }

  reject(error: unknown): void {
    watches.delete(this.#promise);
    this.settle(isCancelled(error) ? CANCELLED : REJECTED, error);
  }

  protected begin(): void {}
}

/** The watches of promises that have not settled. */
const watches = new WeakMap<Promise<unknown>, PromiseWatch>();

/** The one Op of a native promise. */
export function watchOf(promise: Promise<unknown>): Op<unknown> {
  let watch = watches.get(promise);
  if (watch === undefined) {
    watch = new PromiseWatch(promise);
    watches.set(promise, watch);
  }
  return watch;
}

/** What a foreign thenable calls back: it may keep this, not the wait that it was for. */
class Callback implements Settleable {
  /** Until the wait is over. */
  wait: UntilOp<unknown> | undefined;

  constructor(wait: UntilOp<unknown>) {
    this.wait = wait;
  }

  fulfil(value: unknown): void {
    this.wait?.settle(FULFILLED, value);
  }

  reject(error: unknown): void {
    this.wait?.settle(isCancelled(error) ? CANCELLED : REJECTED, error);
  }
}

/** One wait for a promise or another thenable. */
export class UntilOp<T> extends Op<T> {
  readonly #promise: PromiseLike<T>;
  /** While it waits: where it is to be forgotten. */
  #source: Op<unknown> | Callback | undefined = undefined;

  constructor(promise: PromiseLike<T>) {
    super();
    this.#promise = promise;
  }

  override get name(): string {
    return 'until';
  }

  wake(watch: Op<unknown>): void {
    this.settle(watch.progress as 2 | 3 | 4, watch.outcome);
  }

  protected begin(): void {
    if (isNativePromise(this.#promise)) {
      this.#source = watchOf(this.#promise);
      this.#source.addWaiter(this);
    } else {
      this.#source = new Callback(this as UntilOp<unknown>);
      adopt(this.#source, this.#promise);
    }
  }

  protected override undo(): void {
    if (this.#source instanceof Callback) this.#source.wait = undefined;
    else this.#source?.removeWaiter(this);
  }

  protected override leftAlone(): void {
    // `then` of a foreign thenable is called once.
    if (this.#source instanceof Callback) return;
    this.undo();
    this.rest();
  }
}
