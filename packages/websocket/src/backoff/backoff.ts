/**
 * How long to wait before connecting again: exponential backoff with full jitter, so that clients cut off together do
 * not come back together (AWS Architecture Blog, "Exponential Backoff And Jitter", 2015). Shared with the browser's
 * client; imports nothing.
 */

/** When to try again, and when to give up. */
export interface Backoff {
  /** The longest wait before the first attempt, in ms; it doubles with each failure. */
  readonly minDelayMs: number;
  /** The longest wait before any attempt, in ms. */
  readonly maxDelayMs: number;
  /** Failed attempts in a row before giving up. */
  readonly maxAttempts: number;
}

/** Half a second at first, half a minute at most, for ever. */
export const BACKOFF_DEFAULTS: Backoff = Object.freeze({
  minDelayMs: 500,
  maxDelayMs: 30_000,
  maxAttempts: Number.POSITIVE_INFINITY,
});

/** Going away, restarting, overloaded: a server that closes like this means to be there again. */
const COME_BACK: readonly number[] = [1001, 1012, 1013];

/** Beyond this many doublings every delay is at its maximum. */
const MAX_DOUBLINGS = 52;

/**
 * The wait before an attempt, in ms: anything between 0 and the doubled delay, evenly.
 *
 * @param failures failed attempts so far in a row
 * @param random 0 up to 1
 */
export function backoffMs(failures: number, backoff: Backoff, random: number): number {
  const doubled = backoff.minDelayMs * 2 ** Math.min(failures, MAX_DOUBLINGS);
  return random * Math.min(backoff.maxDelayMs, doubled);
}

/** Whether an end that this side did not ask for invites to come back: a lost network does, a clean goodbye does not. */
export function invitesBack(info: { readonly code: number; readonly wasClean: boolean }): boolean {
  return !info.wasClean || COME_BACK.includes(info.code);
}
