/**
 * Whether a request is sent again after an answer or a failure, and when. It asks the retry policy (policy/retry.ts), and
 * knows the one extra try after a failure on a kept connection. Counts for one request, over all its hops. Knows nothing
 * of deadlines or sending.
 */

import { type RawHeaders, rawValues } from '../header-fields.ts';
import {
  isStaleConnection,
  type RetryPolicy,
  retryErrorDelayMs,
  retryResponseDelayMs,
} from '../policy/retry.ts';
import { canResend, type Hop } from './hop.ts';

/** A sending more. */
export interface Resend {
  readonly reason: 'retry' | 'reconnect';
  /** How long to wait before, in milliseconds; a reconnect does not wait. */
  readonly delayMs: number;
}

/** What was sent and how it went. */
export interface Tried {
  readonly status: number;
  readonly rawHeaders: RawHeaders;
  /** `null` when it had no body. */
  readonly body: unknown;
  readonly reusedConnection: boolean;
}

/** How often one request was sent again. */
export class Resends {
  readonly #policy: RetryPolicy | undefined;
  #retries = 0;
  #reconnected = false;

  constructor(policy: RetryPolicy | undefined) {
    this.#policy = policy;
  }

  /** `undefined` takes the answer as it is. */
  afterAnswer(hop: Hop, tried: Tried, nowEpochMs: number): Resend | undefined {
    if (this.#policy === undefined || !canResend(hop)) return undefined;
    const retryAfter = rawValues(tried.rawHeaders, 'retry-after');
    const answer = { method: hop.method, status: tried.status, retryAfter };
    return this.#retry(retryResponseDelayMs(this.#policy, this.#retries + 1, answer, nowEpochMs));
  }

  /** `undefined` gives up. */
  afterFailure(hop: Hop, tried: Tried, error: Error): Resend | undefined {
    if (!canResend(hop) && tried.body !== null) return undefined;
    if (!this.#reconnected && tried.reusedConnection && isStaleConnection(hop.method, error)) {
      this.#reconnected = true;
      return { reason: 'reconnect', delayMs: 0 };
    }
    if (this.#policy === undefined) return undefined;
    return this.#retry(retryErrorDelayMs(this.#policy, this.#retries + 1, hop.method, error));
  }

  #retry(delayMs: number | undefined): Resend | undefined {
    if (delayMs === undefined) return undefined;
    this.#retries++;
    return { reason: 'retry', delayMs };
  }
}
