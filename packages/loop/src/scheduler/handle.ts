// What callSoon and callLater give back: a callback that can be taken back before it runs.

import type { Turn } from './ready-queue.ts';

/** A callback on its way; `cancel()` takes it back and is harmless afterwards. */
export class Handle implements Turn {
  #callback: ((...args: never[]) => unknown) | undefined;
  #args: readonly unknown[];
  #cancelled = false;

  constructor(callback: (...args: never[]) => unknown, args: readonly unknown[]) {
    this.#callback = callback;
    this.#args = args;
  }

  get cancelled(): boolean {
    return this.#cancelled;
  }

  cancel(): void {
    if (this.#callback === undefined) return;
    this.#cancelled = true;
    this.#callback = undefined;
    this.#args = [];
  }

  /** @internal */
  takeTurn(): void {
    const callback = this.#callback as ((...args: readonly unknown[]) => unknown) | undefined;
    if (callback === undefined) return;
    const args = this.#args;
    this.#callback = undefined;
    this.#args = [];
    callback(...args);
  }
}
