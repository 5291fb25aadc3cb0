/**
 * When both ends of a call should stay awake for each other instead of going to sleep.
 *
 * Waking a sleeping thread costs more than a short call does, above all where the processors of an idle
 * machine have to be woken too. So both ends stay awake while calls go back and forth quickly, one at a time.
 * The pool's side looks for the answer in every turn of its loop, and the worker looks for the next call,
 * each for at most AWAKE_MS. A longer wait ends in sleep. After it, more quick calls in a row are needed
 * before both ends stay awake again. It knows no thread, port or clock.
 */

/**
 * How long one end waits awake, in milliseconds. It is about what the two wake-ups of a call cost at worst,
 * so a wait without result at most doubles the price. Source: competitive spinning (Karlin, Li, Manasse and
 * Owicki, SOSP 1991).
 */
export const AWAKE_MS = 0.05;
/**
 * A call that took longer than this from end to end is no quick one, in milliseconds. It was measured with
 * sleep in it.
 */
const QUICK_MS = 0.3;
/** Quick calls in a row before the ends stay awake. */
const LEAST_RUN = 3;
/** The most it can take after waits in vain. */
const MOST_RUN = 32;
/** Quick calls in a row that make waits in vain forgotten: now and then one comes of a busy machine. */
const FORGIVING_RUN = 16;

/** The judgement for one worker. Times are milliseconds on one clock. */
export class StayAwake {
  #quickInARow = 0;
  #needed = LEAST_RUN;
  #sentMs = Number.NEGATIVE_INFINITY;
  #answeredMs = Number.NEGATIVE_INFINITY;

  /** This end should stay awake until the answer comes. */
  get now(): boolean {
    return this.#quickInARow >= this.#needed;
  }

  /**
   * The worker should stay awake after the call: one call earlier, or this end would wait for its waking up,
   * in vain.
   */
  get worker(): boolean {
    return this.#quickInARow >= this.#needed - 1;
  }

  /** A call goes out, and none other is on its way. */
  sent(nowMs: number): void {
    if (nowMs - this.#answeredMs > AWAKE_MS) this.#inVain();
    this.#sentMs = nowMs;
  }

  /** The answer to the call that `sent` told of has come. */
  answered(nowMs: number): void {
    if (nowMs - this.#sentMs > QUICK_MS) this.#inVain();
    else {
      this.#quickInARow++;
      if (this.#quickInARow >= this.#needed + FORGIVING_RUN) this.#needed = LEAST_RUN;
    }
    this.#answeredMs = nowMs;
  }

  /** Other calls joined in: they come in batches, and nobody waits for a single one. */
  crowded(): void {
    this.#quickInARow = 0;
  }

  /** The answer has not come while this end was awake. */
  gaveUp(): void {
    this.#inVain();
  }

  #inVain(): void {
    if (this.now) this.#needed = Math.min(this.#needed * 2, MOST_RUN);
    this.#quickInARow = 0;
  }
}
