/**
 * The options of `connect`'s `reconnect`.
 */

import { checkOptions } from '@oxbow/loop/lowlevel';
import { BACKOFF_DEFAULTS, type Backoff } from '../backoff/backoff.ts';
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

/** @returns undefined when reconnecting is off. @throws SocketInputError for a value out of range */
export function reconnectSettings(given: boolean | ReconnectOptions): Backoff | undefined {
  if (given === false) return undefined;
  const options = given === true ? {} : given;
  checkOptions(options, Object.keys(BACKOFF_DEFAULTS), 'connect(): reconnect');
  const settings = { ...BACKOFF_DEFAULTS, ...defined(options) };
  checkDuration('minDelayMs', settings.minDelayMs);
  checkDuration('maxDelayMs', settings.maxDelayMs);
  checkCount('maxAttempts', settings.maxAttempts, true);
  return settings;
}
