/**
 * Hedging: a request whose answer is later than nearly all others is sent once more, and the first answer counts. It cuts the longest
 * waits for a few requests more; the share of those is bounded. This file decides when; the exchange sends.
 */

/** When a request is sent a second time. */
export interface HedgeOptions {
  /** After so many milliseconds without an answer; `undefined` for the quantile of the origin's last answers. */
  readonly afterMs: number | undefined;
  /** Of the times to the first byte of the last 128 answers. Default 0.95. */
  readonly quantile: number;
  /** Sendings more for each request, at most. Default 0.05. */
  readonly maxExtra: number;
}

/** The defaults of {@link HedgeOptions}. */
export const HEDGE_DEFAULTS: HedgeOptions = Object.freeze({
  afterMs: undefined,
  quantile: 0.95,
  maxExtra: 0.05,
});

/** The window of its budget, in milliseconds. */
export const HEDGE_WINDOW_MS = 10_000;
/** Answers remembered. */
const SAMPLES = 128;
/** Fewer than these say nothing of a quantile. */
export const MIN_SAMPLES = 20;
/** The quantile is looked up again after so many answers: sorting costs more than a request's share of everything else. */
const REFRESH = 16;

/** The times of an origin's last answers. */
export class Latencies {
  readonly #quantile: number;
  readonly #samplesMs: number[] = [];
  #at = 0;
  #sinceRefresh = 0;
  #knownMs: number | undefined;

  constructor(quantile: number) {
    this.#quantile = quantile;
  }

  add(ms: number): void {
    this.#samplesMs[this.#at] = ms;
    this.#at = (this.#at + 1) % SAMPLES;
    this.#sinceRefresh++;
  }

  /** The quantile in milliseconds; `undefined` while there are too few answers. */
  get quantileMs(): number | undefined {
    if (this.#samplesMs.length < MIN_SAMPLES) return undefined;
    if (this.#knownMs === undefined || this.#sinceRefresh >= REFRESH) {
      this.#sinceRefresh = 0;
      const sorted = [...this.#samplesMs].sort((a, b) => a - b);
      this.#knownMs = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * this.#quantile))];
    }
    return this.#knownMs;
  }
}
