/**
 * CapacityLimiter: a semaphore that knows who holds its tokens, and whose size can change while it is in use.
 */

import { UsageError } from '../errors.ts';
import { shown } from '../shown-value.ts';
import type { NoStray, Result } from '../task/coroutine.ts';
import type { Op } from '../task/op.ts';
import { currentTask } from '../task/task.ts';
import { hold } from './hold.ts';
import { Parked, ParkingLot, type Purpose } from './parking-lot.ts';

/** Waits for a token for its borrower. */
class Borrowing extends Parked<CapacityLimiter, CapacityLimiter> {
  /** @internal */
  declare readonly borrower: unknown;

  constructor(limiter: CapacityLimiter, borrower: unknown) {
    super(limiter.waiting);
    this.borrower = borrower;
  }
}

const ACQUIRING: Purpose<CapacityLimiter, CapacityLimiter> = {
  name: 'CapacityLimiter.acquire',
  arrive: (acquirer, limiter) => {
    if (limiter.lend((acquirer as Borrowing).borrower)) acquirer.unparkWith(limiter);
    else limiter.waiting.park(acquirer);
  },
};

/** What a limiter has lent, at one moment. */
export interface CapacityLimiterStatistics {
  readonly totalTokens: number;
  readonly borrowedTokens: number;
  readonly availableTokens: number;
  readonly tasksWaiting: number;
}

/**
 * A number of tokens, each lent to a borrower: by default the current task. One borrower holds at most one,
 * so a task that asks again before it gives back is told so instead of waiting for itself.
 *
 * @example
 * ```ts
 * import { CapacityLimiter, run } from '@oxbow/loop';
 *
 * await run(async () => {
 *   const limiter = new CapacityLimiter(2);
 *   await limiter.acquire(); // waits while two others have a token
 *   try {
 *     console.log(limiter.availableTokens); // 1
 *   } finally {
 *     limiter.release();
 *   }
 * });
 * ```
 */
export class CapacityLimiter {
  /** Vue's `reactive()` leaves what has this as it is: behind a proxy, private fields cannot be reached. @internal */
  get __v_skip(): true {
    return true;
  }

  /** @internal */
  readonly waiting: ParkingLot<CapacityLimiter, CapacityLimiter> = new ParkingLot(this, ACQUIRING);
  readonly #borrowers = new Set<unknown>();
  #totalTokens: number;

  /** @param totalTokens an integer of 1 or more, or `Infinity` */
  constructor(totalTokens: number) {
    this.#totalTokens = checkTokens(totalTokens);
  }

  /** May be set at any time: more wakes those who wait; less takes effect as tokens come back. */
  get totalTokens(): number {
    return this.#totalTokens;
  }

  set totalTokens(tokens: number) {
    this.#totalTokens = checkTokens(tokens);
    this.#serve();
  }

  get borrowedTokens(): number {
    return this.#borrowers.size;
  }

  get availableTokens(): number {
    return Math.max(0, this.#totalTokens - this.#borrowers.size);
  }

  /**
   * Waits for a token on behalf of the current task.
   *
   * @throws UsageError when it has one already
   */
  acquire(): Op<CapacityLimiter> {
    return this.acquireOnBehalfOf(currentTask());
  }

  /** Waits for a token on behalf of any object; give it back with `releaseOnBehalfOf`. */
  acquireOnBehalfOf(borrower: unknown): Op<CapacityLimiter> {
    return new Borrowing(this, borrower);
  }

  /** @throws UsageError when the current task has none */
  release(): void {
    this.releaseOnBehalfOf(currentTask());
  }

  /** @throws UsageError when the borrower has none */
  releaseOnBehalfOf(borrower: unknown): void {
    if (!this.#borrowers.delete(borrower)) {
      throw new UsageError('This borrower holds no token of the CapacityLimiter', {
        code: 'ERR_OXBOW_LOOP_NOT_ACQUIRED',
      });
    }
    this.#serve();
  }

  /** Runs `body` (an async function or a `function*`) while the current task holds a token. */
  run<R>(body: (() => R) & NoStray<R>): Op<Result<R>> {
    return hold<Result<R>>(this, 'CapacityLimiter.run', body);
  }

  statistics(): CapacityLimiterStatistics {
    return Object.freeze({
      totalTokens: this.#totalTokens,
      borrowedTokens: this.borrowedTokens,
      availableTokens: this.availableTokens,
      tasksWaiting: this.waiting.size,
    });
  }

  [Symbol.dispose](): void {
    this.release();
  }

  /** @internal */
  lend(borrower: unknown): boolean {
    if (this.#borrowers.has(borrower)) throw holdsAlready();
    if (this.#borrowers.size >= this.#totalTokens || this.waiting.size > 0) return false;
    this.#borrowers.add(borrower);
    return true;
  }

  #serve(): void {
    while (this.#borrowers.size < this.#totalTokens) {
      const next = this.waiting.unpark() as Borrowing | undefined;
      if (next === undefined) return;
      if (this.#borrowers.has(next.borrower)) next.unparkFailed(holdsAlready());
      else {
        this.#borrowers.add(next.borrower);
        next.unparkWith(this);
      }
    }
  }
}

function holdsAlready(): UsageError {
  return new UsageError('This borrower holds a token of the CapacityLimiter already', {
    code: 'ERR_OXBOW_LOOP_ALREADY_ACQUIRED',
  });
}

function checkTokens(tokens: number): number {
  if (tokens === Number.POSITIVE_INFINITY || (Number.isInteger(tokens) && tokens >= 1)) return tokens;
  throw new UsageError(`CapacityLimiter takes an integer of 1 or more, or Infinity, got ${shown(tokens)}`, {
    code: 'ERR_OXBOW_LOOP_BAD_CAPACITY',
  });
}
