/**
 * A circuit breaker: when too many of the requests to an origin fail, the next ones fail at once, so that neither side waits for what
 * will not come. After a while a few go through; their success closes the circuit, a failure opens it for another while.
 * Knows no clock and no requests.
 */
import { WindowCounter } from './window-counter.ts';

/** When a circuit opens, and for how long. */
export interface BreakerOptions {
  /** The share of failures at which it opens, above 0 and up to 1. Default 0.5. */
  readonly failureRatio: number;
  /** Requests within the window before a share means anything. Default 20. */
  readonly minRequests: number;
  /** The while that counts, in milliseconds. Default 10,000. */
  readonly windowMs: number;
  /** How long it stays open before a request goes through. Default 10,000 ms. */
  readonly openMs: number;
  /** Requests that go through then, at once. Default 1. */
  readonly probes: number;
}

/** The defaults of {@link BreakerOptions}. */
export const BREAKER_DEFAULTS: BreakerOptions = Object.freeze({
  failureRatio: 0.5,
  minRequests: 20,
  windowMs: 10_000,
  openMs: 10_000,
  probes: 1,
});

/** `closed`: all go through; `open`: none; `half-open`: some do, to try it. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** What became of a request that went through; `undefined` when that tells nothing of the origin. */
export type Outcome = 'success' | 'failure' | undefined;

/** What a request that goes through gives back by {@link Breaker.settle}. */
export type Passage = number;

/** The circuit to one origin. */
export class Breaker {
  readonly #options: BreakerOptions;
  readonly #requests: WindowCounter;
  readonly #failures: WindowCounter;
  #openUntilMs = Number.NEGATIVE_INFINITY;
  #isClosed = true;
  #probing = 0;
  /** Counts the changes of state: what was let through in an earlier one tells nothing of this one. */
  #era = 0;

  constructor(options: BreakerOptions) {
    this.#options = options;
    this.#requests = new WindowCounter(options.windowMs);
    this.#failures = new WindowCounter(options.windowMs);
  }

  stateAt(nowMs: number): BreakerState {
    if (this.#isClosed) return 'closed';
    return nowMs < this.#openUntilMs ? 'open' : 'half-open';
  }

  /** Milliseconds until a request may go through again; 0 for now. */
  waitMs(nowMs: number): number {
    return this.#isClosed ? 0 : Math.max(0, this.#openUntilMs - nowMs);
  }

  /** Whether a request would go through. */
  allows(nowMs: number): boolean {
    const state = this.stateAt(nowMs);
    return state === 'closed' || (state === 'half-open' && this.#probing < this.#options.probes);
  }

  /** Lets a request through; `undefined` for none. */
  enter(nowMs: number): Passage | undefined {
    if (!this.allows(nowMs)) return undefined;
    if (!this.#isClosed) this.#probing++;
    return this.#era;
  }

  /** Tells what became of a request that went through. Once for each. */
  settle(passage: Passage, outcome: Outcome, nowMs: number): void {
    if (passage !== this.#era) return;
    if (!this.#isClosed) {
      this.#probing--;
      if (outcome === 'success') this.#close();
      else if (outcome === 'failure') this.#open(nowMs);
      return;
    }
    if (outcome === undefined) return;
    this.#requests.add(nowMs);
    if (outcome === 'failure') this.#failures.add(nowMs);
    const { minRequests, failureRatio } = this.#options;
    const requests = this.#requests.sum(nowMs);
    if (requests >= minRequests && this.#failures.sum(nowMs) >= failureRatio * requests) this.#open(nowMs);
  }

  #open(nowMs: number): void {
    this.#era++;
    this.#isClosed = false;
    this.#probing = 0;
    this.#openUntilMs = nowMs + this.#options.openMs;
  }

  #close(): void {
    this.#era++;
    this.#isClosed = true;
    this.#probing = 0;
    this.#requests.clear();
    this.#failures.clear();
  }
}
