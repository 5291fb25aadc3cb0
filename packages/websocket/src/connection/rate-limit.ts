/**
 * Counts events in windows of one second. Knows no clock: it is told the time.
 */

/** The length of a window. */
const WINDOW_MS = 1_000;

/** Says whether events come faster than so many per second. */
export class RateLimit {
  readonly perSecond: number;
  #windowStartMs = Number.NEGATIVE_INFINITY;
  #count = 0;

  /** @param perSecond events allowed in each second; Infinity for no limit */
  constructor(perSecond: number) {
    this.perSecond = perSecond;
  }

  /** Events in the current window. */
  get count(): number {
    return this.#count;
  }

  /** Counts one event. @returns whether it is within the limit */
  allows(nowMs: number): boolean {
    if (nowMs - this.#windowStartMs >= WINDOW_MS) {
      this.#windowStartMs = nowMs;
      this.#count = 0;
    }
    this.#count += 1;
    return this.#count <= this.perSecond;
  }
}
