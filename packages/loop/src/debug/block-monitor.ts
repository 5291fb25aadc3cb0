/**
 * Decides, from the times at which the main thread last showed signs of life, when a block has begun, when to
 * report it again, and when it has ended. It reads no clock and starts no thread: the caller passes the time
 * in.
 */

/** A block is reported again when it has lasted this many times longer than at its last report … */
const REPEAT_FACTOR = 4;
/** … but at least this often, in milliseconds. */
const MAX_REPEAT_MS = 60_000;

/**
 * A look that comes this many beats late means that the watcher did not run either: that time is no block.
 */
const LATE_BEATS = 4;

/** What `look` found: a block that has become worth a report, or one that is over, with its length so far. */
export type BlockEvent =
  | { readonly kind: 'blocked'; readonly blockedMs: number }
  | { readonly kind: 'ended'; readonly blockedMs: number };

/** What the watcher reads at each look. All times are milliseconds of the same clock. */
export interface SignsOfLife {
  readonly nowMs: number;
  /** When the main thread last stored its sign of life. */
  readonly aliveAtMs: number;
  /** How often it stores one when nothing blocks it. */
  readonly beatMs: number;
  readonly slowCallbackMs: number;
}

/** Follows one main thread. Call `look` about once every `beatMs`. */
export class BlockMonitor {
  #lookedAtMs: number | undefined = undefined;
  #aliveAtMs: number | undefined = undefined;
  /** The last sign of life before the block that is being reported; `undefined` when there is none. */
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
    // The block may have begun as late as just before the next sign of life was due.
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
