/** What callSoon and callLater give back: a callback that can be taken back before it runs. */

import { UsageError } from '../errors.ts';
import { shown } from '../shown-value.ts';
import { bindContext, callOnTurn } from './context.ts';
import type { Turn } from './ready-queue.ts';
import type { TimerSlab } from './timer-slab.ts';

type Callback = () => unknown;

/** In the place of a callback that was taken back. */
const takenBack: Callback = () => {};

/** A callback with its arguments; without any it is itself, so that a handle needs one field only. */
export function bindArguments<A extends readonly unknown[]>(
  callback: (...args: A) => unknown,
  args: A,
): Callback {
  if (typeof callback !== 'function') {
    throw new UsageError(`The loop calls functions, got ${shown(callback)}`, {
      code: 'ERR_OXBOW_LOOP_NOT_A_FUNCTION',
    });
  }
  return bindContext(args.length === 0 ? (callback as unknown as Callback) : withArguments(callback, args));
}

/** A function of its own: a closure in `bindArguments` would cost every call a scope, used or not. */
function withArguments<A extends readonly unknown[]>(callback: (...args: A) => unknown, args: A): Callback {
  return () => callback(...args);
}

/** A callback on its way. */
export interface Handle {
  /** Whether it was taken back before it ran. */
  readonly cancelled: boolean;
  /** Takes it back; harmless when it has run, and when repeated. */
  cancel(): void;
}

/** A callback on the ready queue, and the handle to it. */
export class CallbackTurn implements Handle, Turn {
  #callback: Callback | undefined;

  constructor(callback: Callback) {
    this.#callback = callback;
  }

  get cancelled(): boolean {
    return this.#callback === takenBack;
  }

  cancel(): void {
    if (this.#callback !== undefined) this.#callback = takenBack;
  }

  takeTurn(): void {
    const callback = this.#callback;
    if (callback === undefined || callback === takenBack) return;
    this.#callback = undefined;
    callOnTurn(callback);
  }
}

/** In the place of a key: the timer was taken back. Keys are 0 or more. */
const TAKEN_BACK = -1;

/** A callback set for a time; `cancel()` takes it back. */
export class TimerHandle implements Handle {
  /** None for a timer that never comes. */
  readonly #slab: TimerSlab | undefined;
  #key: number;
  /** What is left of its time when its place is gone. A whole number is no object of its own, as a fraction is. */
  readonly #tick: number;

  /** @internal */
  constructor(slab: TimerSlab | undefined, key: number, tick: number) {
    this.#slab = slab;
    this.#key = key;
    this.#tick = tick;
  }

  get cancelled(): boolean {
    return this.#key === TAKEN_BACK;
  }

  /** When it runs, in milliseconds of the loop's clock; afterwards when it ran, rounded up to the millisecond. */
  get whenMs(): number {
    return this.#slab?.holds(this.#key) ? this.#slab.timeOf(this.#key) : this.#tick;
  }

  cancel(): void {
    if (this.#key === TAKEN_BACK) return;
    if (this.#slab === undefined || this.#slab.clear(this.#key)) this.#key = TAKEN_BACK;
  }
}

/** A timer's callback on the ready queue; until its turn it can be taken back. */
export class DueTimer implements Turn {
  readonly #slab: TimerSlab;
  readonly #key: number;

  constructor(slab: TimerSlab, key: number) {
    this.#slab = slab;
    this.#key = key;
  }

  get cancelled(): boolean {
    return !this.#slab.holds(this.#key);
  }

  takeTurn(): void {
    const callback = this.#slab.begin(this.#key);
    if (callback === undefined) return;
    try {
      callOnTurn(callback);
    } finally {
      // Only now: the callback may ask its handle when it was due, to set itself anew from there.
      this.#slab.release(this.#key);
    }
  }
}
