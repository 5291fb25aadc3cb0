/**
 * The options of `connect`'s `reconnect`.
 */

import { BACKOFF_DEFAULTS, Backoff, BackoffError, type BackoffOptions } from '@oxbow/loop/backoff';
import { checkOptions } from '@oxbow/loop/lowlevel';
import { SocketInputError } from '../errors.ts';

/** Options of `reconnect`: when to try again, and when to give up. */
export interface ReconnectOptions extends BackoffOptions {}

/** @returns undefined when reconnecting is off. @throws SocketInputError for a value out of range */
export function reconnectSettings(given: boolean | ReconnectOptions): Backoff | undefined {
  if (given === false) return undefined;
  const options = given === true ? {} : given;
  checkOptions(options, Object.keys(BACKOFF_DEFAULTS), 'connect(): reconnect');
  try {
    return new Backoff(options);
  } catch (error) {
    if (!(error instanceof BackoffError)) throw error;
    throw new SocketInputError(`connect(): reconnect: ${error.message}.`);
  }
}
