// What callSoon and callLater give back: a callback that can be taken back before it runs.

import { UsageError } from '../errors.ts';
import { leaveEntered } from './context.ts';
import type { Turn } from './ready-queue.ts';
import { clearTimer, type ReadyLine, setTime, type Timer, type TimerLink, timeOf } from './timer-wheel.ts';

type Callback = () => unknown;

/** In the place of a callback that was taken back. */
const takenBack: Callback = () => {};

/** A callback with its arguments; without any it is itself, so that a handle needs one field only. */
export function bindArguments<A extends readonly unknown[]>(
  callback: (...args: A) => unknown,
  args: A,
): Callback {
  if (typeof callback !== 'function') {
    throw new UsageError(`The loop calls functions, got ${callback === null ? 'null' : typeof callback}`, {
      code: 'ERR_OXBOW_LOOP_NOT_A_FUNCTION',
    });
  }
  return args.length === 0 ? (callback as unknown as Callback) : () => callback(...args);
}

/** A callback on its way; `cancel()` takes it back and is harmless afterwards. */
export class Handle implements Turn {
  #callback: Callback | undefined;

  /** @internal */
  constructor(callback: Callback) {
    this.#callback = callback;
  }

  get cancelled(): boolean {
    return this.#callback === takenBack;
  }

  cancel(): void {
    if (this.#callback !== undefined) this.#callback = takenBack;
  }

  /** @internal */
  takeTurn(): void {
    const callback = this.#callback;
    if (callback === undefined || callback === takenBack) return;
    this.#callback = undefined;
    leaveEntered();
    callback();
  }
}

/** A callback set for a time; `cancel()` takes it back. */
export class TimerHandle extends Handle implements Timer {
  /** @internal */
  tick = 0;
  /** @internal */
  earlierMicros = 0;
  /** @internal */
  nextTimer: TimerLink | undefined = undefined;
  /** @internal */
  previousTimer: TimerLink | undefined = undefined;

  /** @internal */
  constructor(whenMs: number, callback: Callback) {
    super(callback);
    setTime(this, whenMs);
  }

  /** When it runs, in milliseconds of the loop's clock, to the microsecond. */
  get whenMs(): number {
    return timeOf(this);
  }

  override cancel(): void {
    super.cancel();
    clearTimer(this);
  }

  /** @internal */
  expire(line: ReadyLine): void {
    line.ready(this);
  }
}
