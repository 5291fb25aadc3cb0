/**
 * What was tried on the way to a response or an error: one entry for every request that was sent.
 */
import type { Timings } from './timings.ts';

/** One sending of a request. */
export interface Attempt {
  /**
   * Why it was made. It was the first one, a retry, or a redirect's next hop. Or a kept connection turned out to be closed, a credential
   * had an answer to a 401, or an answer was late.
   */
  readonly reason: AttemptReason;
  readonly method: string;
  /** Redacted. */
  readonly url: string;
  /** `undefined` when no response came. */
  readonly status: number | undefined;
  /** Why there was none, or why it was not taken. */
  readonly error: Error | undefined;
  /** Whether an open connection was used. */
  readonly reusedConnection: boolean;
  readonly timings: Timings;
}

/** Why an attempt was made. */
export type AttemptReason = 'first' | 'retry' | 'redirect' | 'reconnect' | 'challenge' | 'hedge';
