/** Which failures of a URL are tried again, and when. Pure: it is told the attempt and what the server asked for. */
import { BACKOFF_DEFAULTS, Backoff, BackoffError, type BackoffOptions } from '@oxbow/loop/backoff';
import { durationFault } from '@oxbow/loop/lowlevel';
import { CrawlerOptionError } from '../errors.ts';

/** How failures are tried again: the waits (`baseMs` 500, `maxMs` 60,000) and how many (`maxAttempts` 2). */
export interface CrawlRetryOptions extends BackoffOptions {
  /** The longest `Retry-After` that is kept, in milliseconds; a longer one counts as this. Default 3,600,000. */
  readonly maxRetryAfterMs?: number | undefined;
}

/** A complete retry policy. */
export interface CrawlRetryPolicy {
  readonly backoff: Backoff;
  readonly maxRetryAfterMs: number;
}

/** The retries a crawl starts with. */
export const DEFAULT_RETRY: CrawlRetryPolicy = Object.freeze({
  backoff: new Backoff({ baseMs: 500, maxMs: 60_000, maxAttempts: 2 }),
  maxRetryAfterMs: 3_600_000,
});

/** The names of {@link CrawlRetryOptions}, for checking. */
export const RETRY_OPTION_NAMES: readonly string[] = [...Object.keys(BACKOFF_DEFAULTS), 'maxRetryAfterMs'];

/** Answers that a later try may better: timeouts, overload, and errors of the server or a gateway. */
const RETRIED_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** True for a status worth another try. */
export function isRetriedStatus(status: number): boolean {
  return RETRIED_STATUSES.has(status);
}

/** Checks what was given and fills in the defaults; `false` is for no retries. @throws CrawlerOptionError */
export function retryPolicy(given: CrawlRetryOptions | false): CrawlRetryPolicy {
  const { maxRetryAfterMs = DEFAULT_RETRY.maxRetryAfterMs, ...waits } =
    given === false ? { maxAttempts: 0 } : given;
  const fault = durationFault(maxRetryAfterMs, { zero: true });
  if (fault !== undefined) throw new CrawlerOptionError('maxRetryAfterMs', `maxRetryAfterMs ${fault}`);
  try {
    return Object.freeze({ backoff: new Backoff(waits, DEFAULT_RETRY.backoff), maxRetryAfterMs });
  } catch (error) {
    if (!(error instanceof BackoffError)) throw error;
    throw new CrawlerOptionError(error.option, `retry: ${error.message}`);
  }
}

/**
 * Milliseconds to wait before the next try of a URL, whole ones; undefined when there is none left.
 * @param attempt the one that failed, 1 for the first
 */
export function retryDelayMs(policy: CrawlRetryPolicy, attempt: number): number | undefined {
  const delayMs = policy.backoff.delayMs(attempt);
  return delayMs === undefined ? undefined : Math.round(delayMs);
}
