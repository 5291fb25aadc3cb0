/**
 * When a failed request is worth another try, and how long to wait before it.
 * Pure decisions on values: the waiting, the deadline and the sending belong to the exchange.
 * Idempotency: RFC 9110 §9.2.2. How the waits grow: `@oxbow/loop/backoff`.
 */
import { BACKOFF_DEFAULTS, Backoff, type BackoffOptions } from '@oxbow/loop/backoff';
import {
  ConnectError,
  ConnectTimeoutError,
  HeadersTimeoutError,
  NOT_PROCESSED,
  ProxyError,
  ReadError,
  TlsError,
  UPLOAD_FAILED,
  WriteError,
} from '../errors.ts';
import { parseHttpDate } from './http-date.ts';

/**
 * How requests are retried: the waits (`baseMs` 200, `maxMs` 10,000), how many retries (`maxAttempts` 2), and which requests.
 * The defaults are {@link RETRY_DEFAULTS}.
 */
export interface RetryOptions extends BackoffOptions {
  /** Methods tried again after they were sent. Default: the idempotent ones. */
  readonly methods?: readonly string[] | undefined;
  /** Statuses tried again. Default 408, 429, 500, 502, 503, 504. */
  readonly statuses?: readonly number[] | undefined;
  /** A Retry-After beyond this is not waited for: the response is handed back. Default 60,000 ms. */
  readonly maxRetryAfterMs?: number | undefined;
}

/** A complete retry policy. */
export interface RetryPolicy {
  readonly backoff: Backoff;
  readonly methods: ReadonlySet<string>;
  readonly statuses: ReadonlySet<number>;
  readonly maxRetryAfterMs: number;
}

/** The defaults of {@link RetryOptions}. */
export const RETRY_DEFAULTS: RetryPolicy = Object.freeze({
  /** Three tries in all: a retry storm is worse than a failure. */
  backoff: new Backoff({ baseMs: 200, maxMs: 10_000, maxAttempts: 2 }),
  methods: new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']),
  statuses: new Set([408, 429, 500, 502, 503, 504]),
  maxRetryAfterMs: 60_000,
});

/** The names of {@link RetryOptions}, for checking. */
export const RETRY_OPTION_NAMES: readonly string[] = [
  ...Object.keys(BACKOFF_DEFAULTS),
  'methods',
  'statuses',
  'maxRetryAfterMs',
];

/**
 * Reads Retry-After (RFC 9110 §10.2.3), whole seconds or a date, as a wait in milliseconds from `nowEpochMs`; `undefined` when it is
 * neither. Of several fields the longest wait counts.
 *
 * @example
 * ```ts
 * import { retryAfterMs } from '@oxbow/http';
 *
 * console.log(retryAfterMs('120', Date.now())); // 120000
 * ```
 */
export function retryAfterMs(
  value: string | readonly string[] | undefined,
  nowEpochMs: number,
): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') {
    const waits = value.map((one) => retryAfterMs(one, nowEpochMs)).filter((wait) => wait !== undefined);
    return waits.length === 0 ? undefined : Math.max(...waits);
  }
  const text = value.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const whenMs = parseHttpDate(text, nowEpochMs);
  return whenMs === undefined ? undefined : Math.max(0, whenMs - nowEpochMs);
}

/** The wait before trying again after this response; `undefined` to hand it back. */
export function retryResponseDelayMs(
  policy: RetryPolicy,
  retry: number,
  response: {
    readonly method: string;
    readonly status: number;
    readonly retryAfter: string | readonly string[] | undefined;
  },
  nowEpochMs: number,
): number | undefined {
  if (!policy.methods.has(response.method) || !policy.statuses.has(response.status)) return undefined;
  const delayMs = policy.backoff.delayMs(retry);
  if (delayMs === undefined) return undefined;
  const askedMs = retryAfterMs(response.retryAfter, nowEpochMs);
  if (askedMs === undefined) return delayMs;
  // The server's wish is the least to wait; the jitter on top keeps its clients from coming back as one.
  return askedMs > policy.maxRetryAfterMs ? undefined : askedMs + delayMs;
}

/** Whether the server says that it did not begin on the request (RFC 9113 §8.7). */
export function isUnprocessed(error: Error): boolean {
  return error instanceof ReadError && error.code === NOT_PROCESSED;
}

/** Whether nothing of the request can have reached the server: safe to repeat for every method. */
function neverSent(error: Error): boolean {
  if (isUnprocessed(error)) return true;
  if (error instanceof TlsError) return false;
  // What a proxy refuses by its rules (407, 403) it refuses again; a gateway's trouble (502, 504) may pass.
  if (error instanceof ProxyError && error.status !== undefined && error.status < 500) return false;
  return error instanceof ConnectError || error instanceof ConnectTimeoutError;
}

/** The wait before trying again after this failure; `undefined` to give up. */
export function retryErrorDelayMs(
  policy: RetryPolicy,
  retry: number,
  method: string,
  error: Error,
): number | undefined {
  if (error instanceof WriteError && error.code === UPLOAD_FAILED) return undefined;
  const isLost =
    error instanceof ReadError || error instanceof WriteError || error instanceof HeadersTimeoutError;
  if (neverSent(error) || (isLost && policy.methods.has(method))) return policy.backoff.delayMs(retry);
  return undefined;
}

/**
 * Whether a failure on a kept connection says nothing about the request (RFC 9112 §9.3.1). A server may close such a connection
 * at the moment a request goes out on it. An idempotent request is then sent again, once, whatever the retry policy; one that an
 * HTTP/2 server did not begin on (GOAWAY) is, whatever its method.
 */
export function isStaleConnection(method: string, error: Error): boolean {
  if (isUnprocessed(error)) return true;
  const isLost = error instanceof ReadError || (error instanceof WriteError && error.code !== UPLOAD_FAILED);
  return isLost && RETRY_DEFAULTS.methods.has(method);
}
