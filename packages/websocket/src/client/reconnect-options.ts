/**
 * When and how long to wait before connecting again: exponential backoff with full jitter, so that clients cut off
 * together do not come back together (AWS Architecture Blog, "Exponential Backoff And Jitter", 2015).
 */
import { checkOptions } from '@oxbow/loop/lowlevel';
import { checkCount, checkDuration, defined } from '../connection/connection-options.ts';

/** Options of `reconnect`. */
export interface ReconnectOptions {
  /** The longest wait before the first attempt, in ms; it doubles with each failure. Default 500. */
  readonly minDelayMs?: number | undefined;
  /** The longest wait before any attempt, in ms. Default 30,000. */
  readonly maxDelayMs?: number | undefined;
  /** Failed attempts in a row before giving up. Default Infinity. */
  readonly maxAttempts?: number | undefined;
}

/** Checked and completed options. */
export interface ReconnectSettings {
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  readonly maxAttempts: number;
}

/** The defaults of `ReconnectOptions`. */
export const RECONNECT_DEFAULTS: ReconnectSettings = Object.freeze({
  minDelayMs: 500,
  maxDelayMs: 30_000,
  maxAttempts: Number.POSITIVE_INFINITY,
});

/** @returns undefined when reconnecting is off. @throws SocketInputError for a value out of range */
export function reconnectSettings(given: boolean | ReconnectOptions): ReconnectSettings | undefined {
  if (given === false) return undefined;
  const options = given === true ? {} : given;
  checkOptions(options, Object.keys(RECONNECT_DEFAULTS), 'connect(): reconnect');
  const settings = { ...RECONNECT_DEFAULTS, ...defined(options) };
  checkDuration('minDelayMs', settings.minDelayMs);
  checkDuration('maxDelayMs', settings.maxDelayMs);
  checkCount('maxAttempts', settings.maxAttempts, true);
  return settings;
}

/**
 * The wait before an attempt, in ms: anything between 0 and the doubled delay, evenly.
 *
 * @param failures failed attempts so far in a row
 * @param random 0 up to 1
 */
export function backoffMs(failures: number, settings: ReconnectSettings, random: number): number {
  // 2^52 is beyond every delay; a larger exponent would only lose its meaning.
  return random * Math.min(settings.maxDelayMs, settings.minDelayMs * 2 ** Math.min(failures, 52));
}
