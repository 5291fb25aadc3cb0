/**
 * How many requests a second go to an origin: each takes its turn from a store, which says how long to wait for it. The turns follow a
 * generic cell rate algorithm: evenly spaced, with a burst after a pause. The store may be shared by processes.
 */
import { currentLoop } from '@oxbow/loop';

/** A rate. */
export interface Rate {
  /** Requests a second, above 0; may be a fraction. */
  readonly perSecond: number;
  /** So many may go at once after a pause. Default 1: evenly spaced. */
  readonly burst: number;
}

/** Where turns come from. */
export interface RateLimitStore {
  /**
   * Takes the next turn of a key; the caller waits so many milliseconds before it is his. A turn that was taken stays taken, also by a
   * request that is cancelled meanwhile.
   */
  take(key: string, rate: Rate): number | PromiseLike<number>;
}

/** Keys remembered at once; the one used least lately is forgotten, and begins with a full burst again. */
export const MAX_RATE_KEYS = 10_000;

/** Turns of this process, on the clock of the loop. */
export class MemoryRateLimitStore implements RateLimitStore {
  /** When the last turn would come with no burst ("theoretical arrival time"), in order of use. */
  readonly #dueMs = new Map<string, number>();

  take(key: string, { perSecond, burst }: Rate): number {
    const nowMs = currentLoop().time();
    const spacingMs = 1000 / perSecond;
    const dueMs = Math.max(this.#dueMs.get(key) ?? nowMs, nowMs);
    this.#dueMs.delete(key);
    if (this.#dueMs.size >= MAX_RATE_KEYS) {
      const eldest = this.#dueMs.keys().next();
      if (!eldest.done) this.#dueMs.delete(eldest.value);
    }
    this.#dueMs.set(key, dueMs + spacingMs);
    return Math.max(0, dueMs - nowMs - (burst - 1) * spacingMs);
  }
}
