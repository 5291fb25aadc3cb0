// Decides from signs of life when a block begins, is to be reported again, and ends. No clock, no threads: it is told
// the time.

/** The second report of one block comes when it has lasted this many times longer than at the first, and so on. */
const REPEAT_FACTOR = 4;
/** But at least this often, in milliseconds. */
const MAX_REPEAT_MS = 60_000;

/** A watcher as late as this did not run: what it missed is no block. */
const LATE_BEATS = 4;

/** What a look at the signs of life means. */
export type BlockEvent =
  | { readonly kind: 'blocked'; readonly blockedMs: number }
  | { readonly kind: 'ended'; readonly blockedMs: number };

/** What is known at a look, in milliseconds of one clock. */
export interface SignsOfLife {
  readonly nowMs: number;
  /** When the loop last came round. */
  readonly aliveAtMs: number;
  /** How often it comes round when nothing holds it. */
  readonly beatMs: number;
  readonly slowCallbackMs: number;
}

/** Watches one loop's signs of life. Call `look` about every `beatMs`. */
export class BlockMonitor {
  #lookedAtMs: number | undefined = undefined;
  #aliveAtMs: number | undefined = undefined;
  /** The last beat before the present block; `undefined` while the loop comes round. */
  #blockedSinceMs: number | undefined = undefined;
  #nextReportMs = 0;
  /** Time in which the watcher did not run either: the machine slept or was overloaded. */
  #excusedMs = 0;

  look(signs: SignsOfLife): BlockEvent | undefined {
    const { nowMs, aliveAtMs, beatMs } = signs;
    const sinceLookMs = nowMs - (this.#lookedAtMs ?? nowMs);
    this.#lookedAtMs = nowMs;
    if (this.#blockedSinceMs !== undefined && aliveAtMs > this.#blockedSinceMs) {
      const event: BlockEvent = {
        kind: 'ended',
        blockedMs: aliveAtMs - this.#blockedSinceMs - this.#excusedMs,
      };
      this.#forget();
      return event;
    }
    if (aliveAtMs !== this.#aliveAtMs) this.#excusedMs = 0;
    else if (sinceLookMs > LATE_BEATS * beatMs) this.#excusedMs += sinceLookMs;
    this.#aliveAtMs = aliveAtMs;
    const silentMs = nowMs - aliveAtMs - this.#excusedMs;
    // What holds the loop may have begun just before the next beat was due.
    const blockedMs = silentMs - beatMs;
    if (blockedMs < signs.slowCallbackMs || blockedMs < this.#nextReportMs) return undefined;
    this.#blockedSinceMs = aliveAtMs;
    this.#nextReportMs = Math.min(blockedMs * REPEAT_FACTOR, blockedMs + MAX_REPEAT_MS);
    return { kind: 'blocked', blockedMs };
  }

  #forget(): void {
    this.#blockedSinceMs = undefined;
    this.#nextReportMs = 0;
    this.#excusedMs = 0;
  }
}
