/** Barrier: a number of tasks that wait for one another. */

import { BrokenBarrierError, UsageError } from '../errors.ts';
import { shown } from '../shown-value.ts';
import type { Op } from '../task/op.ts';
import { Parked, ParkingLot, type Purpose } from './parking-lot.ts';

const WAITING: Purpose<number, Barrier> = {
  name: 'Barrier.wait',
  arrive: (party, barrier) => barrier.arrive(party),
};

/**
 * Lets `parties` tasks through together, again and again. A party that is cancelled leaves its place to
 * another.
 *
 * @example
 * ```ts
 * import { Barrier, gather, run } from '@oxbow/loop';
 *
 * await run(async () => {
 *   const barrier = new Barrier(2);
 *   await gather(barrier.wait(), barrier.wait()); // both go on together
 * });
 * ```
 */
export class Barrier {
  /** Vue's `reactive()` leaves what has this as it is: behind a proxy, private fields cannot be reached. @internal */
  get __v_skip(): true {
    return true;
  }

  /** How many tasks it takes. */
  readonly parties: number;
  readonly #waiting: ParkingLot<number, Barrier> = new ParkingLot(this, WAITING);
  #broken = false;

  /** @param parties an integer of 1 or more */
  constructor(parties: number) {
    if (!Number.isInteger(parties) || parties < 1) {
      throw new UsageError(`Barrier takes an integer of 1 or more, got ${shown(parties)}`, {
        code: 'ERR_OXBOW_LOOP_BAD_CAPACITY',
      });
    }
    this.parties = parties;
  }

  /** How many wait at present. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** `abort` was called, and `reset` not since. */
  get broken(): boolean {
    return this.#broken;
  }

  /**
   * Waits until `parties` tasks wait here.
   *
   * @returns the place in the order of arrival, from 0: different for each party
   * @throws BrokenBarrierError when the barrier is broken, or is aborted or reset meanwhile
   */
  wait(): Op<number> {
    return new Parked(this.#waiting);
  }

  /** Sends those who wait away with BrokenBarrierError, and begins anew. */
  reset(): void {
    this.#broken = false;
    this.#sendAway('The barrier was reset');
  }

  /** Breaks the barrier: those who wait, and all who come until `reset`, get BrokenBarrierError. */
  abort(): void {
    this.#broken = true;
    this.#sendAway('The barrier was aborted');
  }

  /** @internal */
  arrive(parked: Parked<number, Barrier>): void {
    if (this.#broken) throw new BrokenBarrierError();
    this.#waiting.park(parked);
    if (this.#waiting.size < this.parties) return;
    this.#waiting.unparkAll().forEach((party, index) => {
      party.unparkWith(index);
    });
  }

  #sendAway(message: string): void {
    for (const party of this.#waiting.unparkAll()) party.unparkFailed(new BrokenBarrierError(message));
  }
}
