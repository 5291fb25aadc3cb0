/**
 * When a failed request is worth another try, and how long to wait before it.
 * Pure decisions on values: the waiting, the deadline and the sending belong to the exchange.
 * Idempotency: RFC 9110 §9.2.2. Backoff: exponential with full jitter (M. Brooker, "Exponential Backoff And Jitter", 2015).
 */
import {
  ConnectError,
  ConnectTimeoutError,
  HeadersTimeoutError,
  ReadError,
  TlsError,
  UPLOAD_FAILED,
  WriteError,
} from '../errors.ts';

/** How requests are retried. Every field has a default in {@link RETRY_DEFAULTS}. */
export interface RetryOptions {
  /** Tries after the first one. Default 2. */
  readonly limit?: number | undefined;
  /** Methods tried again after they were sent. Default: the idempotent ones. */
  readonly methods?: readonly string[] | undefined;
  /** Statuses tried again. Default 408, 429, 500, 502, 503, 504. */
  readonly statuses?: readonly number[] | undefined;
  /** The wait before the first retry is random below this; it doubles with each. Default 200 ms. */
  readonly baseDelayMs?: number | undefined;
  /** The most that doubling reaches. Default 10,000 ms. */
  readonly maxDelayMs?: number | undefined;
  /** A Retry-After beyond this is not waited for: the response is handed back. Default 60,000 ms. */
  readonly maxRetryAfterMs?: number | undefined;
  /** Where the jitter comes from, in [0, 1). Default Math.random. */
  readonly random?: (() => number) | undefined;
}

/** A complete retry policy. */
export interface RetryPolicy {
  readonly limit: number;
  readonly methods: ReadonlySet<string>;
  readonly statuses: ReadonlySet<number>;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  readonly maxRetryAfterMs: number;
  readonly random: () => number;
}

/** The defaults of {@link RetryOptions}. */
export const RETRY_DEFAULTS: RetryPolicy = Object.freeze({
  /** Three tries in all: a retry storm is worse than a failure. */
  limit: 2,
  methods: new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']),
  statuses: new Set([408, 429, 500, 502, 503, 504]),
  baseDelayMs: 200,
  maxDelayMs: 10_000,
  maxRetryAfterMs: 60_000,
  random: Math.random,
});

/** The names of {@link RetryOptions}, for checking. */
export const RETRY_OPTION_NAMES: readonly string[] = Object.keys(RETRY_DEFAULTS);

/** The wait before retry number `retry` (1 is the first): full jitter below an exponentially growing bound. */
export function backoffMs(policy: RetryPolicy, retry: number): number {
  const ceilingMs = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (retry - 1));
  return policy.random() * ceilingMs;
}

/** Reads Retry-After (RFC 9110 §10.2.3), seconds or a date, as a wait from `nowEpochMs`; `undefined` when it is neither. */
export function retryAfterMs(value: string | undefined, nowEpochMs: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  // Date.parse takes far more than HTTP dates; all of those begin with a day's name.
  if (!/^[A-Z][a-z]{2,8},? /.test(text)) return undefined;
  const whenMs = Date.parse(text);
  return Number.isNaN(whenMs) ? undefined : Math.max(0, whenMs - nowEpochMs);
}

/** The wait before trying again after this response; `undefined` to hand it back. */
export function retryResponseDelayMs(
  policy: RetryPolicy,
  retry: number,
  response: { readonly method: string; readonly status: number; readonly retryAfter: string | undefined },
  nowEpochMs: number,
): number | undefined {
  if (retry > policy.limit || !policy.methods.has(response.method) || !policy.statuses.has(response.status)) {
    return undefined;
  }
  const askedMs = retryAfterMs(response.retryAfter, nowEpochMs);
  if (askedMs === undefined) return backoffMs(policy, retry);
  // The server's wish is the least to wait; the jitter on top keeps its clients from coming back as one.
  return askedMs > policy.maxRetryAfterMs ? undefined : askedMs + backoffMs(policy, retry);
}

/** Whether nothing of the request can have reached the server: safe to repeat for every method. */
function neverSent(error: Error): boolean {
  return (
    (error instanceof ConnectError && !(error instanceof TlsError)) || error instanceof ConnectTimeoutError
  );
}

/** The wait before trying again after this failure; `undefined` to give up. */
export function retryErrorDelayMs(
  policy: RetryPolicy,
  retry: number,
  method: string,
  error: Error,
): number | undefined {
  if (retry > policy.limit || (error instanceof WriteError && error.code === UPLOAD_FAILED)) return undefined;
  const isLost =
    error instanceof ReadError || error instanceof WriteError || error instanceof HeadersTimeoutError;
  if (neverSent(error) || (isLost && policy.methods.has(method))) return backoffMs(policy, retry);
  return undefined;
}

/**
 * Whether a failure on a kept connection says nothing about the request (RFC 9112 §9.3.1): a server may close such a connection
 * at the moment a request goes out on it. An idempotent request is then sent again, once, whatever the retry policy.
 */
export function isStaleConnection(method: string, error: Error): boolean {
  const isLost = error instanceof ReadError || (error instanceof WriteError && error.code !== UPLOAD_FAILED);
  return isLost && RETRY_DEFAULTS.methods.has(method);
}
