// Lock: one holder at a time, in the order of asking.

import { UsageError } from '../errors.ts';
import type { NoStray, Result } from '../task/coroutine.ts';
import type { Op } from '../task/op.ts';
import { FULFILLED } from '../task/operation.ts';
import { hold } from './hold.ts';
import { Parked, ParkingLot } from './parking-lot.ts';

class AcquireOp extends Parked<Lock, Lock> {
  override get name(): string {
    return 'Lock.acquire';
  }

  protected begin(): void {
    if (this.owner.tryAcquire()) this.settle(FULFILLED, this.owner);
    else this.lot.park(this);
  }
}

/**
 * Mutual exclusion between tasks: first come, first served, not re-entrant, and not bound to the task that acquired it.
 *
 * `acquire()` gives the lock itself, which is disposable: `using held = await lock.acquire()`.
 */
export class Lock {
  /** @internal */
  readonly waiting: ParkingLot<Lock, Lock> = new ParkingLot<Lock, Lock>(this);
  #locked = false;

  get locked(): boolean {
    return this.#locked;
  }

  /** Waits until the lock is free and takes it. A wait that is cancelled has not taken it. */
  acquire(): Op<Lock> {
    return new AcquireOp(this.waiting);
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
