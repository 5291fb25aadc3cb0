// Event: a flag that tasks wait for.

import { FULFILLED, type Op } from '../task/op.ts';
import { Parked, ParkingLot } from './parking-lot.ts';

class WaitOp extends Parked<void> {
  readonly #event: Event;

  constructor(event: Event) {
    super();
    this.#event = event;
  }

  override get name(): string {
    return 'Event.wait';
  }

  protected begin(): void {
    if (this.#event.isSet) this.settle(FULFILLED, undefined);
    else this.#event.waiting.park(this);
  }
}

/** A flag: `wait()` returns at once while it is set, and waits for `set()` otherwise. */
export class Event {
  /** @internal */
  readonly waiting: ParkingLot<Parked<void>> = new ParkingLot();
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
    return new WaitOp(this);
  }
}
