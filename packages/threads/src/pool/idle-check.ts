/**
 * When workers that nobody needs are looked for: one timer for all of a pool, and none while none is idle.
 */

import { outsideAllTasks } from '@oxbow/loop/lowlevel';
import { MAX_TIMER_MS } from './pool-options.ts';

/** What there is to know of a worker. */
export interface Idler {
  readonly idle: boolean;
  /** On the clock of performance.now(). */
  readonly idleSinceMs: number;
}

/** Finds members of `workers` that have been idle for the whole time. */
export class IdleCheck<W extends Idler> {
  readonly #workers: Iterable<W>;
  readonly #timeoutMs: number;
  readonly #found: (worker: W) => void;
  #timer: NodeJS.Timeout | undefined = undefined;

  /** @param timeoutMs in milliseconds; more than a timer can take is for ever */
  constructor(workers: Iterable<W>, timeoutMs: number, found: (worker: W) => void) {
    this.#workers = workers;
    this.#timeoutMs = timeoutMs;
    this.#found = found;
  }

  /** One of the workers has become idle. */
  plan(): void {
    if (this.#timer === undefined && this.#timeoutMs <= MAX_TIMER_MS) this.#arm(this.#timeoutMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #arm(delayMs: number): void {
    this.#timer = outsideAllTasks(() => setTimeout(() => this.#check(), delayMs).unref());
  }

  #check(): void {
    this.#timer = undefined;
    const nowMs = performance.now();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const worker of this.#workers) {
      if (!worker.idle) continue;
      const leftMs = worker.idleSinceMs + this.#timeoutMs - nowMs;
      if (leftMs <= 0) this.#found(worker);
      else nextMs = Math.min(nextMs, leftMs);
    }
    if (nextMs < MAX_TIMER_MS) this.#arm(Math.ceil(nextMs));
  }
}
