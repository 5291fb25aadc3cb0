/** The numbers a session tells of itself: what is going on at this moment, and what has been since it was made. */
import type { BreakerState } from '../resilience/breaker.ts';

/** What is counted as it happens. */
export interface SessionCounts {
  requests: number;
  answers: number;
  failures: number;
  cancelled: number;
  retries: number;
  hedges: number;
}

/** Numbers of one origin at one moment. */
export interface OriginStatistics {
  readonly origin: string;
  /** Requests that hold a slot. */
  readonly active: number;
  /** Requests waiting for one. */
  readonly queued: number;
  /** Requests that may be in flight at once: `limits.perOrigin`, or what `limits.adaptive` has found out. */
  readonly limit: number;
  /** `undefined` without a breaker. */
  readonly breaker: BreakerState | undefined;
}

/** Numbers of a session at one moment, and counts since it was made. */
export interface SessionStatistics {
  /** Requests that hold a slot. */
  readonly active: number;
  /** Requests waiting for one. */
  readonly queued: number;
  /** Requests waiting for their turn of the rate. */
  readonly paced: number;
  /** Requests begun and not over: active, queued, paced, or waiting to be tried again. */
  readonly open: number;
  /** Requests begun. */
  readonly requests: number;
  /** Those that ended with the last byte of an answer, of whatever status. */
  readonly answers: number;
  /** Those that failed. */
  readonly failures: number;
  /** Those that were cancelled, by the caller or with the reader of their body. */
  readonly cancelled: number;
  /** Sendings more after a failure or an answer such as 503. */
  readonly retries: number;
  /** Sendings more after a late answer that came first. */
  readonly hedges: number;
  /** Of the connections of the session's own transport; `undefined` with another one. */
  readonly connections:
    | { readonly origins: number; readonly connections: number; readonly idle: number }
    | undefined;
  /** The origins with something in flight or waiting, and those remembered. */
  readonly origins: readonly OriginStatistics[];
}

/** Counts at the beginning. */
export function noCounts(): SessionCounts {
  return { requests: 0, answers: 0, failures: 0, cancelled: 0, retries: 0, hedges: 0 };
}
