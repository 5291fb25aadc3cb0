// ParkingLot: the one fair queue of waiting tasks. Locks, semaphores, events, conditions, barriers and queues are thin
// users of it.
//
// Waiters are woken first come, first served, and what they wait for is handed to them by the waker: nobody who comes
// later can take it in between (no barging). A waiter that is cancelled leaves the lot at once. One that has been woken
// has its result; a cancellation that comes afterwards finds it at its next wait, so nothing handed over is ever lost.

import type { CancelledError } from '../errors.ts';
import { CANCELLED, FULFILLED, Op, REJECTED } from '../task/op.ts';

/** An Op that waits in a lot until someone wakes it. */
export abstract class Parked<T> extends Op<T> {
  /** @internal */
  lot: ParkingLot<Parked<T>> | undefined = undefined;
  /** @internal */
  ahead: Parked<T> | undefined = undefined;
  /** @internal */
  behind: Parked<T> | undefined = undefined;

  /** Ends the wait with a value. @internal */
  unparkWith(value: T): void {
    this.settle(FULFILLED, value);
  }

  /** @internal */
  unparkFailed(error: unknown): void {
    this.settle(REJECTED, error);
  }

  protected override undo(reason: CancelledError): void {
    this.lot?.leave(this);
    this.settle(CANCELLED, reason);
  }
}

/** Waiting Ops, the longest-waiting first. Joining and leaving cost O(1). */
export class ParkingLot<P extends Parked<never> | Parked<unknown>> {
  #first: Parked<unknown> | undefined = undefined;
  #last: Parked<unknown> | undefined = undefined;
  #size = 0;

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  /** Adds a waiter at the end. */
  park(parked: P): void {
    const node = parked as unknown as Parked<unknown>;
    node.lot = this as unknown as ParkingLot<Parked<unknown>>;
    node.ahead = this.#last;
    if (this.#last === undefined) this.#first = node;
    else this.#last.behind = node;
    this.#last = node;
    this.#size++;
  }

  /** Takes the longest-waiting one out; the caller ends its wait. */
  unpark(): P | undefined {
    const first = this.#first;
    if (first !== undefined) this.leave(first as unknown as P);
    return first as unknown as P | undefined;
  }

  /** Takes out all, in order. */
  unparkAll(): P[] {
    const all: P[] = [];
    for (let next = this.unpark(); next !== undefined; next = this.unpark()) all.push(next);
    return all;
  }

  /** Takes one out wherever it stands; harmless when it is not here. */
  leave(parked: P): void {
    const node = parked as unknown as Parked<unknown>;
    if (node.lot !== (this as unknown)) return;
    const { ahead, behind } = node;
    if (ahead === undefined) this.#first = behind;
    else ahead.behind = behind;
    if (behind === undefined) this.#last = ahead;
    else behind.ahead = ahead;
    node.lot = undefined;
    node.ahead = undefined;
    node.behind = undefined;
    this.#size--;
  }
}
