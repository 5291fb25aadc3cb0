/**
 * How long a host is left alone between two requests. Pure arithmetic over what was observed; the frontier keeps to the result.
 */

/** How a crawl treats hosts. */
export interface PolitenessOptions {
  /**
   * Milliseconds from the end of one request to the next to the same host. Default 1,000; 0 for seeds on a loopback address. The
   * longer of it and the robots file's `Crawl-delay` holds.
   */
  readonly delayMs?: number;
  /** Requests at a time to one host. Default 1; to a host without a delay as many as the crawl's `concurrency`. */
  readonly maxInFlightPerHost?: number;
  /** Lengthens the delay of a host to the time it takes to answer. Default false. */
  readonly autoThrottle?: boolean;
  /** The longest delay that throttling comes to, in milliseconds. Default 60,000. */
  readonly maxDelayMs?: number;
}

/** The politeness a crawl starts with. */
export const DEFAULT_POLITENESS: Readonly<Required<PolitenessOptions>> = Object.freeze({
  delayMs: 1000,
  maxInFlightPerHost: 1,
  autoThrottle: false,
  maxDelayMs: 60_000,
});

/** The least delay of a host that asked to slow down (429, or 503 with Retry-After). */
const OVERLOAD_DELAY_MS = 1000;

/** What one answer says about its host. */
export interface HostObservation {
  readonly elapsedMs: number;
  readonly isSuccess: boolean;
  /** The host said that it is asked too often. */
  readonly isOverloaded: boolean;
}

/** Keeps the delay of one host: never below the base, longer after overload, and as long as answers take with auto-throttle. */
export class HostThrottle {
  readonly #autoThrottle: boolean;
  readonly #maxDelayMs: number;
  #baseMs: number;
  #delayMs: number;
  /** The delay is that of a host that does not answer: it ends with the first answer. */
  #isBackedOff = false;

  /** @param baseMs the longer of the configured delay and the robots file's */
  constructor(baseMs: number, options: Readonly<Required<PolitenessOptions>>) {
    this.#baseMs = baseMs;
    this.#delayMs = baseMs;
    this.#autoThrottle = options.autoThrottle;
    this.#maxDelayMs = Math.max(options.maxDelayMs, baseMs);
  }

  /** The delay that holds now, in milliseconds. */
  get delayMs(): number {
    return this.#delayMs;
  }

  /** Sets another base, as when the robots file has come; true when the delay changed. */
  rebase(baseMs: number): boolean {
    const before = this.#delayMs;
    this.#delayMs = before === this.#baseMs ? baseMs : Math.max(before, baseMs);
    this.#baseMs = baseMs;
    return this.#delayMs !== before;
  }

  /** Takes in that the host does not answer: it is left alone for at least so long. True when the delay changed. */
  backOff(delayMs: number): boolean {
    const before = this.#delayMs;
    this.#isBackedOff = true;
    this.#delayMs = Math.min(Math.max(before, delayMs), this.#maxDelayMs);
    return this.#delayMs !== before;
  }

  /** Takes an answer in; true when the delay changed. */
  observe(answer: HostObservation): boolean {
    const before = this.#delayMs;
    let next = before;
    if (answer.isOverloaded) {
      next = Math.max(2 * before, OVERLOAD_DELAY_MS);
    } else if (this.#isBackedOff) {
      this.#isBackedOff = false;
      next = this.#baseMs;
    } else if (this.#autoThrottle) {
      // One request at a time on average: the delay follows the latency half way. A failure never shortens it (Scrapy's AutoThrottle).
      const target = Math.max(answer.elapsedMs, (before + answer.elapsedMs) / 2);
      if (answer.isSuccess || target > before) next = target;
    } else if (answer.isSuccess && before > this.#baseMs) {
      next = before / 2 < OVERLOAD_DELAY_MS / 2 ? this.#baseMs : before / 2;
    }
    this.#delayMs = Math.round(Math.min(Math.max(next, this.#baseMs), this.#maxDelayMs));
    return this.#delayMs !== before;
  }
}
