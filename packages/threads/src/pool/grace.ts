/** How long a call or a worker that was told to end may go on before it is ended by force. */

import { outsideAllTasks } from '@oxbow/loop/lowlevel';
import { MAX_TIMER_MS } from './pool-options.ts';

/** Timers by whom they are for: a call, or a worker. */
export class Grace {
  readonly #graceMs: number;
  readonly #timers = new Map<object, NodeJS.Timeout>();

  /** @param graceMs in milliseconds; more than a timer can take is for ever */
  constructor(graceMs: number) {
    this.#graceMs = graceMs;
  }

  /** Has `over` called unless `end` is before; the first time for each counts. */
  begin(whom: object, over: () => void, { keepsAlive }: { readonly keepsAlive: boolean }): void {
    if (this.#graceMs > MAX_TIMER_MS || this.#timers.has(whom)) return;
    const timer = outsideAllTasks(() => setTimeout(over, this.#graceMs));
    if (!keepsAlive) timer.unref();
    this.#timers.set(whom, timer);
  }

  /** It has ended, one way or the other. */
  end(whom: object): void {
    if (this.#timers.size === 0) return;
    clearTimeout(this.#timers.get(whom));
    this.#timers.delete(whom);
  }
}
