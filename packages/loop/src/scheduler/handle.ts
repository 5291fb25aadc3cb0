// What callSoon and callLater give back: a callback that can be taken back before it runs.

import { leaveEntered } from './context.ts';
import type { Turn } from './ready-queue.ts';

/** Shared by all that take none. */
export const NO_ARGUMENTS: readonly never[] = Object.freeze([]);

/** In the place of the arguments of a handle that was cancelled. */
const CANCELLED: readonly never[] = Object.freeze([]);

/** A callback on its way; `cancel()` takes it back and is harmless afterwards. */
export class Handle implements Turn {
  #callback: ((...args: never[]) => unknown) | undefined;
  #args: readonly unknown[];

  constructor(callback: (...args: never[]) => unknown, args: readonly unknown[]) {
    this.#callback = callback;
    this.#args = args;
  }

  get cancelled(): boolean {
    return this.#args === CANCELLED;
  }

  cancel(): void {
    if (this.#callback === undefined) return;
    this.#callback = undefined;
    this.#args = CANCELLED;
  }

  /** @internal */
  takeTurn(): void {
    const callback = this.#callback as ((...args: readonly unknown[]) => unknown) | undefined;
    if (callback === undefined) return;
    const args = this.#args;
    this.#callback = undefined;
    this.#args = NO_ARGUMENTS;
    leaveEntered();
    if (args.length === 0) callback();
    else callback(...args);
  }
}
