/** Event: a flag that tasks wait for. */

import type { Op } from '../task/op.ts';
import { Parked, ParkingLot, type Purpose } from './parking-lot.ts';

const WAITING: Purpose<void, Event> = {
  name: 'Event.wait',
  arrive: (parked, event) => {
    if (event.isSet) parked.unparkWith(undefined);
    else event.waiting.park(parked);
  },
};

/**
 * A flag: `wait()` returns at once while it is set, and waits for `set()` otherwise.
 *
 * @example
 * ```ts
 * import { createTask, Event, run } from '@oxbow/loop';
 *
 * await run(async () => {
 *   const ready = new Event();
 *   createTask(async () => ready.set());
 *   await ready.wait();
 * });
 * ```
 */
export class Event {
  /** Vue's `reactive()` leaves what has this as it is: behind a proxy, private fields cannot be reached. @internal */
  get __v_skip(): true {
    return true;
  }

  /** @internal */
  readonly waiting: ParkingLot<void, Event> = new ParkingLot<void, Event>(this, WAITING);
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
    return new Parked(this.waiting);
  }
}
