/** How a loop is made, and what is answered at its door. */

import { checkFunction, checkOptions } from '../check-options.ts';
import type { DebugReport } from '../debug/report.ts';
import { UsageError } from '../errors.ts';
import { environment } from '../host/program.ts';
import { shown } from '../shown-value.ts';
import { type Clock, SystemClock } from './clock.ts';

/** How an EventLoop is made. */
export interface EventLoopOptions {
  /** Default: the machine's monotonic clock. */
  readonly clock?: Clock;
  /**
   * Report slow callbacks while they block, Ops and coroutines that never start, and failures nobody looks at, each with
   * the place where it was created. Default: whether the environment has `OXBOW_DEBUG=1`.
   */
  readonly debug?: boolean;
  /** How long a callback may hold the loop before debug mode reports it, in milliseconds, above 0. Default 100. */
  readonly slowCallbackMs?: number;
  /**
   * Takes debug mode's reports instead of standard error: those of slow callbacks once the loop is free again, since
   * nothing can be called before. A block beyond 10 s is written to standard error in any case.
   */
  readonly onReport?: (report: DebugReport) => void;
}

/** The names of the options. @internal */
export const EVENT_LOOP_OPTIONS: readonly string[] = ['clock', 'debug', 'slowCallbackMs', 'onReport'];

/** Default of `slowCallbackMs`, as in asyncio: 100 ms is where people begin to notice. */
export const DEFAULT_SLOW_CALLBACK_MS = 100;

/** The options with their defaults. */
export interface LoopSettings {
  readonly clock: Clock;
  readonly debug: boolean;
  readonly slowCallbackMs: number;
  readonly onReport: ((report: DebugReport) => void) | undefined;
}

/** @throws UsageError for an unknown option or a value out of range */
export function loopSettings(options: EventLoopOptions): LoopSettings {
  checkOptions(options, EVENT_LOOP_OPTIONS, 'new EventLoop()', { boolean: 'debug' });
  const {
    clock,
    debug = debugByEnvironment(),
    slowCallbackMs = DEFAULT_SLOW_CALLBACK_MS,
    onReport,
  } = options;
  if (onReport !== undefined) checkFunction(onReport, 'onReport');
  return {
    clock: clock === undefined ? new SystemClock() : checkClock(clock),
    debug,
    slowCallbackMs: checkSlowCallback(slowCallbackMs),
    onReport,
  };
}

/** Whether `OXBOW_DEBUG` asks for debug mode: set, and neither empty nor 0. */
export function debugByEnvironment(): boolean {
  const value = environment('OXBOW_DEBUG');
  return value !== undefined && value !== '' && value !== '0';
}

/** Refuses what is not a number of milliseconds above 0. */
export function checkSlowCallback(ms: number): number {
  if (typeof ms === 'number' && ms > 0) return ms;
  throw new UsageError(`slowCallbackMs takes a number of milliseconds above 0, got ${shown(ms)}`, {
    code: 'ERR_OXBOW_LOOP_BAD_DELAY',
  });
}

function checkClock(clock: Clock): Clock {
  const { now, setAlarm } = Object(clock) as Partial<Clock>;
  if (typeof now === 'function' && typeof setAlarm === 'function') return clock;
  throw new UsageError('clock takes a Clock, with now() and setAlarm(), such as new VirtualClock()', {
    code: 'ERR_OXBOW_INVALID_OPTIONS',
  });
}
