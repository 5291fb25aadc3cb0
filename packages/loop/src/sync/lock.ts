/** Lock: one holder at a time, in the order of asking. */

import { UsageError } from '../errors.ts';
import type { NoStray, Result } from '../task/coroutine.ts';
import type { Op } from '../task/op.ts';
import { hold } from './hold.ts';
import { Parked, ParkingLot, type Purpose } from './parking-lot.ts';

const ACQUIRING: Purpose<Lock, Lock> = {
  name: 'Lock.acquire',
  arrive: (acquirer, lock) => {
    if (lock.tryAcquire()) acquirer.unparkWith(lock);
    else lock.waiting.park(acquirer);
  },
};

/**
 * Mutual exclusion between tasks: first come, first served, not re-entrant, and not bound to the task that
 * acquired it.
 *
 * `acquire()` gives the lock itself, which is disposable: `using held = await lock.acquire()`.
 *
 * @example
 * ```ts
 * import { Lock, run } from '@oxbow/loop';
 *
 * const lock = new Lock();
 *
 * await run(async () => {
 *   const result = await lock.run(async () => 'nobody else is in here');
 *   console.log(result);
 * });
 * ```
 */
export class Lock {
  /** Vue's `reactive()` leaves what has this as it is: behind a proxy, private fields cannot be reached. @internal */
  get __v_skip(): true {
    return true;
  }

  /** @internal */
  readonly waiting: ParkingLot<Lock, Lock> = new ParkingLot<Lock, Lock>(this, ACQUIRING);
  #locked = false;

  get locked(): boolean {
    return this.#locked;
  }

  /** Waits until the lock is free and takes it. A wait that is cancelled has not taken it. */
  acquire(): Op<Lock> {
    return new Parked(this.waiting);
  }

  /** Takes the lock if it is free; tells whether it did. */
  tryAcquire(): boolean {
    if (this.#locked) return false;
    this.#locked = true;
    return true;
  }

  /**
   * Hands the lock to the longest-waiting task, or frees it.
   *
   * @throws UsageError when it is not locked
   */
  release(): void {
    if (!this.#locked) {
      throw new UsageError('release() of a lock that is not locked', { code: 'ERR_OXBOW_LOOP_NOT_ACQUIRED' });
    }
    const next = this.waiting.unpark();
    if (next === undefined) this.#locked = false;
    else next.unparkWith(this);
  }

  /** Runs `body` (an async function or a `function*`) while holding the lock. */
  run<R>(body: (() => R) & NoStray<R>): Op<Result<R>> {
    return hold<Result<R>>(this, 'Lock.run', body);
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
