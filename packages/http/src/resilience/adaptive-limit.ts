/**
 * How many requests an origin takes at once, found out from how long its answers take (as TCP Vegas does). When they take no longer than
 * at rest there is room for more. When they take longer, some of them are waiting in a queue at the origin. Failures and refusals lower
 * it at once. Knows no clock and no requests.
 */

/** Bounds of a limit. */
export interface AdaptiveOptions {
  /** Requests at once that are always allowed. Default 1. */
  readonly min: number;
  /** Where it begins. Default 10. */
  readonly initial: number;
}

/** The defaults of {@link AdaptiveOptions}; the upper bound is `limits.perOrigin`. */
export const ADAPTIVE_DEFAULTS: AdaptiveOptions = Object.freeze({ min: 1, initial: 10 });

/** Requests waiting at the other side below which there is room for more. */
const FEW_QUEUED = 3;
/** Above this many there are too many. */
const MANY_QUEUED = 6;
/** What is left of the limit after a failure. */
const DECREASE = 0.9;
/**
 * Answers, for each request at once, after which the time at rest is measured again, with half as many requests at once. The route
 * may have changed, and a time measured under load is not the time at rest.
 */
const REMEASURE = 100;
/** How much faster than by one for each round it grows while nothing waits at all. */
const FAST = 4;

/** The limit of one origin. */
export class AdaptiveLimit {
  readonly #min: number;
  readonly #max: number;
  #limit: number;
  #restMs = Number.POSITIVE_INFINITY;
  #sinceRest = 0;
  /** Answers to what was sent before the limit was lowered: they say nothing of the new one. */
  #ignored = 0;

  /** @param max the upper bound */
  constructor(options: AdaptiveOptions, max: number) {
    this.#max = max;
    this.#min = Math.min(options.min, max);
    this.#limit = Math.min(Math.max(options.initial, this.#min), max);
  }

  /** Requests at once, now. */
  get value(): number {
    return Math.floor(this.#limit);
  }

  /** @param tookMs from sent to answered @param active requests in flight to the origin, this one included */
  onAnswer(tookMs: number, active: number): void {
    this.#sinceRest++;
    if (this.#ignored > 0) {
      this.#ignored--;
      return;
    }
    if (this.#sinceRest > REMEASURE * this.#limit) {
      this.#sinceRest = 0;
      this.#restMs = Number.POSITIVE_INFINITY;
      this.#ignored = this.value;
      this.#set(this.#limit / 2);
      return;
    }
    this.#restMs = Math.min(this.#restMs, Math.max(tookMs, 0.001));
    // One that is not used up was not tried out.
    if (active * 2 < this.#limit) return;
    const queued = this.#limit * (1 - this.#restMs / Math.max(tookMs, 0.001));
    // By one for each round of answers.
    if (queued < FEW_QUEUED) this.#set(this.#limit + (queued < 1 ? FAST : 1) / this.#limit);
    else if (queued > MANY_QUEUED) this.#set(this.#limit - 1 / this.#limit);
  }

  /** A timeout, a broken connection, 429 or 503: at most one decrease for each round of answers. */
  onFailure(): void {
    if (this.#ignored > 0) {
      this.#ignored--;
      return;
    }
    this.#ignored = this.value;
    this.#set(this.#limit * DECREASE);
  }

  #set(limit: number): void {
    this.#limit = Math.min(this.#max, Math.max(this.#min, limit));
  }
}
