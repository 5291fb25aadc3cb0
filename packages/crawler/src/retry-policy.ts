/** Which failures of a URL are tried again, and when. Pure: it is told the attempt, the time and a random number. */

/** How failures are tried again. */
export interface CrawlRetryOptions {
  /** Tries after the first one. Default 2. */
  readonly limit?: number;
  /** Wait before the first retry, in milliseconds; doubles with each. Default 500. */
  readonly baseDelayMs?: number;
  /** The longest wait, in milliseconds; also the longest `Retry-After` that is waited for. Default 60,000. */
  readonly maxDelayMs?: number;
}

/** The retries a crawl starts with. */
export const DEFAULT_RETRY: Readonly<Required<CrawlRetryOptions>> = Object.freeze({
  limit: 2,
  baseDelayMs: 500,
  maxDelayMs: 60_000,
});

/** Answers that a later try may better: timeouts, overload, and errors of the server or a gateway. */
const RETRIED_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** True for a status worth another try. */
export function isRetriedStatus(status: number): boolean {
  return RETRIED_STATUSES.has(status);
}

/**
 * Milliseconds to wait before the next try of a URL; undefined when there is none left.
 * @param attempt the one that failed, 1 for the first
 * @param random in [0, 1): spreads the waits over the upper half, so that hosts are not asked in step
 * @param retryAfterMs what the server asked for; longer than the limit means no other try
 */
export function retryDelayMs(
  policy: Readonly<Required<CrawlRetryOptions>>,
  attempt: number,
  random: number,
  retryAfterMs?: number,
): number | undefined {
  if (attempt > policy.limit) return undefined;
  if (retryAfterMs !== undefined) return retryAfterMs > policy.maxDelayMs ? undefined : retryAfterMs;
  const backoff = Math.min(policy.baseDelayMs * 2 ** (attempt - 1), policy.maxDelayMs);
  return Math.round(backoff * (0.5 + random / 2));
}

/** RFC 9110 §10.2.3: seconds, or a date; in milliseconds from `nowMs`, undefined when it is neither. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
