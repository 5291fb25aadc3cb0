/** Semaphore: a number of permits, handed out in the order of asking. */

import { UsageError } from '../errors.ts';
import { shown } from '../shown-value.ts';
import type { NoStray, Result } from '../task/coroutine.ts';
import type { Op } from '../task/op.ts';
import { hold } from './hold.ts';
import { Parked, ParkingLot, type Purpose } from './parking-lot.ts';

const ACQUIRING: Purpose<Semaphore, Semaphore> = {
  name: 'Semaphore.acquire',
  arrive: (acquirer, semaphore) => {
    if (semaphore.tryAcquire()) acquirer.unparkWith(semaphore);
    else semaphore.waiting.park(acquirer);
  },
};

/**
 * A counter of permits: `acquire` takes one, waiting while there is none; `release` gives one back, to
 * the task that has waited longest. `acquire()` gives the semaphore itself, which is disposable: `using permit =
 * await semaphore.acquire()`.
 *
 * @example
 * ```ts
 * import { gather, run, Semaphore, sleep } from '@oxbow/loop';
 *
 * const three = new Semaphore(3);
 *
 * await run(async () => {
 *   const jobs = [1, 2, 3, 4, 5].map((n) => three.run(async () => void (await sleep(10 * n))));
 *   await gather(jobs); // never more than three at once
 * });
 * ```
 */
export class Semaphore {
  /** Vue's `reactive()` leaves what has this as it is: behind a proxy, private fields cannot be reached. @internal */
  get __v_skip(): true {
    return true;
  }

  /** @internal */
  readonly waiting: ParkingLot<Semaphore, Semaphore> = new ParkingLot<Semaphore, Semaphore>(this, ACQUIRING);
  #value: number;

  /** @param value permits at the start: an integer of 0 or more, default 1 */
  constructor(value = 1) {
    if (!Number.isInteger(value) || value < 0) {
      throw new UsageError(`${new.target.name} takes an integer of 0 or more, got ${shown(value)}`, {
        code: 'ERR_OXBOW_LOOP_BAD_CAPACITY',
      });
    }
    this.#value = value;
  }

  /** Permits that can be taken now; 0 while somebody waits. */
  get value(): number {
    return this.#value;
  }

  /** Whether `acquire` would have to wait. */
  get locked(): boolean {
    return this.#value === 0;
  }

  /** Waits for a permit and takes it. A wait that is cancelled has taken none. */
  acquire(): Op<Semaphore> {
    return new Parked(this.waiting);
  }

  /** Takes a permit if there is one; tells whether it did. */
  tryAcquire(): boolean {
    if (this.#value === 0) return false;
    this.#value--;
    return true;
  }

  /** Hands a permit to the longest-waiting task, or puts it back. */
  release(): void {
    const next = this.waiting.unpark();
    if (next === undefined) this.#value++;
    else next.unparkWith(this);
  }

  /** Runs `body` (an async function or a `function*`) while holding a permit. */
  run<R>(body: (() => R) & NoStray<R>): Op<Result<R>> {
    return hold<Result<R>>(this, 'Semaphore.run', body);
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

/**
 * A semaphore that refuses to be released more often than it was acquired: such a release is a mistake
 * somewhere.
 *
 * @example
 * ```ts
 * import { BoundedSemaphore } from '@oxbow/loop';
 *
 * const places = new BoundedSemaphore(2);
 * await places.acquire();
 * places.release(); // one more release would throw
 * ```
 */
export class BoundedSemaphore extends Semaphore {
  readonly #bound: number;

  constructor(value = 1) {
    super(value);
    this.#bound = value;
  }

  /** @throws UsageError when all `value` permits are there already */
  override release(): void {
    if (this.value >= this.#bound) {
      throw new UsageError(
        `BoundedSemaphore released too often: all ${this.#bound} permits are there already`,
        {
          code: 'ERR_OXBOW_LOOP_NOT_ACQUIRED',
        },
      );
    }
    super.release();
  }
}
