/** Condition: waiting, under a lock, for something another task changes under the same lock. */

import { type CancelledError, UsageError } from '../errors.ts';
import { call } from '../task/call.ts';
import type { NoStray, Result } from '../task/coroutine.ts';
import type { Op } from '../task/op.ts';
import { PENDING } from '../task/operation.ts';
import type { Coroutine } from '../task/suspension.ts';
import { hold } from './hold.ts';
import { Lock } from './lock.ts';
import { Parked, ParkingLot, type Purpose } from './parking-lot.ts';

class WaitOp extends Parked<void, Condition> {
  #notified = false;
  #cancelledWith: CancelledError | undefined = undefined;

  /** A task that is woken, or cancelled, has the lock again before the wait ends. */
  override unparkWith(): void {
    this.#notified = true;
    this.#reacquire();
  }

  override stop(reason: CancelledError, level: boolean): void {
    if (this.progress !== PENDING) {
      super.stop(reason, level);
      return;
    }
    const first = this.#cancelledWith === undefined;
    this.#cancelledWith ??= reason;
    if (this.#notified) {
      // Its notification must not be lost with it.
      if (first) this.lot.owner.passOn();
      return;
    }
    if (!first) return;
    this.lot.owner.waiting.leave(this);
    this.#reacquire();
  }

  #reacquire(): void {
    const acquire = this.lot.owner.lock.acquire();
    acquire.start();
    const finish = (): void => {
      if (this.#cancelledWith === undefined) super.unparkWith(undefined);
      else super.undo(this.#cancelledWith);
    };
    if (acquire.settled) finish();
    else acquire.addWaiter({ wake: finish });
  }
}

const WAITING: Purpose<void, Condition> = {
  name: 'Condition.wait',
  arrive: (parked, condition) => {
    condition.requireLock('wait()');
    condition.lock.release();
    condition.waiting.park(parked);
  },
};

/**
 * A lock with a waiting room: `wait` gives the lock up, waits for `notify`, and has the lock again when it
 * returns, cancelled or not.
 *
 * @example
 * ```ts
 * import { Condition, createTask, run } from '@oxbow/loop';
 *
 * await run(async () => {
 *   const condition = new Condition();
 *   let ready = false;
 *   createTask(async () => {
 *     await condition.acquire();
 *     ready = true;
 *     condition.notifyAll();
 *     condition.release();
 *   });
 *   await condition.acquire();
 *   while (!ready) await condition.wait(); // gives the lock up while it waits
 *   condition.release();
 * });
 * ```
 */
export class Condition {
  /** Vue's `reactive()` leaves what has this as it is: behind a proxy, private fields cannot be reached. @internal */
  get __v_skip(): true {
    return true;
  }

  /** The lock that `wait` and `notify` need. */
  readonly lock: Lock;
  /** @internal */
  readonly waiting: ParkingLot<void, Condition> = new ParkingLot(this, WAITING);

  /** @param lock may be shared between conditions; default a new one */
  constructor(lock: Lock = new Lock()) {
    this.lock = lock;
  }

  get locked(): boolean {
    return this.lock.locked;
  }

  acquire(): Op<Lock> {
    return this.lock.acquire();
  }

  release(): void {
    this.lock.release();
  }

  /**
   * Gives the lock up until notified. The lock must be held; it is held again afterwards, whatever ends the
   * wait.
   */
  wait(): Op<void> {
    return new WaitOp(this.waiting);
  }

  /**
   * Waits, as often as it takes, until `predicate()` is true, which is looked at under the lock; gives its
   * value.
   */
  waitFor<T>(predicate: () => T): Op<T> {
    return call(waitUntil(this, predicate));
  }

  /** Wakes up to `count` of those who wait, the longest-waiting first. The lock must be held. */
  notify(count = 1): void {
    this.requireLock('notify()');
    this.#wake(count);
  }

  /** Wakes all who wait. The lock must be held. */
  notifyAll(): void {
    this.notify(this.waiting.size);
  }

  /** Runs `body` (an async function or a `function*`) while holding the lock. */
  run<R>(body: (() => R) & NoStray<R>): Op<Result<R>> {
    return hold<Result<R>>(this.lock, 'Condition.run', body);
  }

  [Symbol.dispose](): void {
    this.release();
  }

  /** @internal */
  requireLock(where: string): void {
    if (this.lock.locked) return;
    throw new UsageError(`Condition.${where} needs the lock: acquire it first`, {
      code: 'ERR_OXBOW_LOOP_NOT_ACQUIRED',
    });
  }

  /** A notified waiter was cancelled: the next one gets its notification. @internal */
  passOn(): void {
    this.#wake(1);
  }

  #wake(count: number): void {
    for (let woken = 0; woken < count; woken++) {
      const next = this.waiting.unpark();
      if (next === undefined) return;
      next.unparkWith(undefined);
    }
  }
}

function* waitUntil<T>(condition: Condition, predicate: () => T): Coroutine<T> {
  for (;;) {
    const value = predicate();
    if (value) return value;
    yield* condition.wait();
  }
}
