/** How long answers took, as counts in buckets that grow with the time: percentiles of any number of answers in a few hundred numbers. */
import type { Latency } from './feed-message.ts';

/** A bucket ends this many times after it begins, so that a percentile is right within 5 %. */
const GROWTH = 1.05;
/** The last bucket holds everything from here on, in milliseconds. */
const LONGEST_MS = 600_000;
const BUCKETS = bucketOf(LONGEST_MS) + 1;

export class LatencyHistogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #total = 0;

  /** @param ms how long one answer took, 0 or more */
  add(ms: number): void {
    const bucket = Math.min(BUCKETS - 1, bucketOf(ms));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += 1;
  }

  /** Null before the first answer. */
  percentiles(): Latency | null {
    if (this.#total === 0) return null;
    return { p50Ms: this.#at(0.5), p90Ms: this.#at(0.9), p99Ms: this.#at(0.99) };
  }

  #at(share: number): number {
    let left = share * this.#total;
    const bucket = this.#counts.findIndex((count) => {
      left -= count;
      return left <= 0;
    });
    return Math.round((GROWTH ** bucket - 1) * 10) / 10;
  }
}

function bucketOf(ms: number): number {
  return Math.ceil(Math.log(1 + Math.max(0, ms)) / Math.log(GROWTH));
}
