// Event: a flag that tasks wait for.

import type { Op } from '../task/op.ts';
import { FULFILLED } from '../task/operation.ts';
import { Parked, ParkingLot } from './parking-lot.ts';

class WaitOp extends Parked<void, Event> {
  override get name(): string {
    return 'Event.wait';
  }

  protected begin(): void {
    if (this.owner.isSet) this.settle(FULFILLED, undefined);
    else this.lot.park(this);
  }
}

/** A flag: `wait()` returns at once while it is set, and waits for `set()` otherwise. */
export class Event {
  /** @internal */
  readonly waiting: ParkingLot<void, Event> = new ParkingLot<void, Event>(this);
  #isSet = false;

  get isSet(): boolean {
    return this.#isSet;
  }

  /** Sets the flag and wakes everybody who waits, even when it is cleared again before they run. */
  set(): void {
    if (this.#isSet) return;
    this.#isSet = true;
    for (const parked of this.waiting.unparkAll()) parked.unparkWith(undefined);
  }

  clear(): void {
    this.#isSet = false;
  }

  /** Waits until the flag is set. */
  wait(): Op<void> {
    return new WaitOp(this.waiting);
  }
}
