/**
 * How much may be sent beyond what was asked for: a share of the requests of the last while, shared by all who send to an origin. So
 * an origin that is down sees little more than its usual load, however many times each request could be tried again.
 */
import { WindowCounter } from './window-counter.ts';

/** How much more may be sent. */
export interface BudgetOptions {
  /** Sendings more for each request, from 0 on. */
  readonly ratio: number;
  /** So many are always free within the window: a single request can be tried again. */
  readonly free: number;
  /** The while that counts, in milliseconds. */
  readonly windowMs: number;
}

/** Sendings beyond the requests of an origin. */
export class Budget {
  readonly #options: BudgetOptions;
  readonly #requests: WindowCounter;
  readonly #spent: WindowCounter;

  constructor(options: BudgetOptions) {
    this.#options = options;
    this.#requests = new WindowCounter(options.windowMs);
    this.#spent = new WindowCounter(options.windowMs);
  }

  onRequest(nowMs: number): void {
    this.#requests.add(nowMs);
  }

  /** Takes one sending out of the budget; false when there is none. */
  spend(nowMs: number): boolean {
    const { ratio, free } = this.#options;
    const allowed = Math.max(free, ratio * this.#requests.sum(nowMs));
    // Half a sending is none.
    if (this.#spent.sum(nowMs) + 1 > allowed) return false;
    this.#spent.add(nowMs);
    return true;
  }
}
