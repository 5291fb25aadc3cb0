/**
 * The options of a session: their meaning, their defaults, and their check at the door.
 */
import { UsageError } from '@oxbow/loop';
import { Backoff, BackoffError, type BackoffOptions } from '@oxbow/loop/backoff';
import { checkOptions, durationFault } from '@oxbow/loop/lowlevel';
import { DEFAULT_EXPANSION, type ExpansionLimit } from '../body/content-decoder.ts';
import type { CacheStore } from '../cache/cache-store.ts';
import type { CacheOptions } from '../cache/cache-transport.ts';
import type { CookieJar } from '../cookies/cookie-jar.ts';
import type { CookieStore } from '../cookies/cookie-store.ts';
import { InvalidRequestError } from '../errors.ts';
import type { AddressGuard } from '../guard/address-guard.ts';
import type { Credential } from '../guard/credentials.ts';
import { DEFAULT_MAX_REDIRECTS, type RedirectPolicy } from '../policy/redirect.ts';
import { RETRY_DEFAULTS, RETRY_OPTION_NAMES, type RetryOptions, type RetryPolicy } from '../policy/retry.ts';
import { ADAPTIVE_DEFAULTS, type AdaptiveOptions } from '../resilience/adaptive-limit.ts';
import type { SafeguardOptions } from '../resilience/safeguard-options.ts';
import type { TlsOptions } from '../transport/connector.ts';
import type { ProxyInput } from '../transport/proxy-settings.ts';
import type { LookupFunction } from '../transport/resolver.ts';
import type { Transport } from '../transport/transport.ts';
import type { UndiciTransportOptions } from '../transport/undici-transport.ts';
import { checkOptionNames } from './foreign-names.ts';
import type { HeadersInput } from './request-headers.ts';

/** How long each phase may take, in milliseconds above 0; Infinity is no limit. */
export interface TimeoutOptions {
  /** Waiting for a free connection. Default Infinity: the deadline and `limits.maxQueued` bound it. */
  readonly queueMs?: number | undefined;
  /** Name resolution, TCP and TLS together. Default 10,000. */
  readonly connectMs?: number | undefined;
  /** Standing still while the request body is sent. Default 60,000. */
  readonly sendMs?: number | undefined;
  /** From the request being sent to the response's headers. Default 60,000. */
  readonly headersMs?: number | undefined;
  /** Standing still inside the response's body; also how long an unread body may hold its connection. Default 60,000. */
  readonly bodyMs?: number | undefined;
  /** The one deadline over queue, attempts, redirects and body. Default Infinity: every phase is bounded, a long download is not. */
  readonly totalMs?: number | undefined;
}

/** How much a session does at once. */
export interface LimitOptions {
  /** Requests in flight to one origin, which is also its connections. Default 100. */
  readonly perOrigin?: number | undefined;
  /** Requests in flight to all origins. Default 1,000. */
  readonly total?: number | undefined;
  /** Requests waiting for one of those; the next one fails with QueueFullError. Default 100,000. */
  readonly maxQueued?: number | undefined;
  /**
   * Finds out how many requests each origin takes at once, from `min` (1) up to `perOrigin`, beginning with `initial` (10). There are
   * more while answers take no longer than at rest, and fewer when they take longer or fail. Default false.
   */
  readonly adaptive?: boolean | { readonly min?: number; readonly initial?: number } | undefined;
}

/** Options of a session. All are optional, all are checked when it is made. */
export interface SessionOptions extends SafeguardOptions {
  /** What relative URLs are resolved against. Absolute ones must be of its origin, or of one in `allowOrigins`. */
  readonly baseUrl?: string | URL | undefined;
  /** Origins beside baseUrl's that absolute URLs may name. */
  readonly allowOrigins?: readonly string[] | undefined;
  /** Sent with every request; a request's own header of the same name replaces it. Not sent across a cross-origin redirect. */
  readonly headers?: HeadersInput | undefined;
  /** Credentials and the origins they are for. Without `origins` they are for baseUrl's. */
  readonly auth?: Credential | readonly Credential[] | undefined;
  /** `true` (default): cookies are kept in memory. `false`: none. A store keeps them elsewhere; a jar may be shared. */
  readonly cookies?: boolean | CookieStore | CookieJar | undefined;
  /** How failures are tried again; `false` for not at all. */
  readonly retry?: RetryOptions | false | undefined;
  readonly timeouts?: TimeoutOptions | undefined;
  readonly limits?: LimitOptions | undefined;
  /** Default 'follow', up to 10 hops. */
  readonly redirect?: RedirectPolicy | undefined;
  /** Which addresses may be connected to. Default 'any'; 'public' refuses everything that is not the public internet. */
  readonly guard?: 'any' | 'public' | AddressGuard | undefined;
  /** Decoded bytes a body may have. Default: 64 MiB for a body read whole, no limit for a stream. */
  readonly maxBodyBytes?: number | undefined;
  /** Undo Content-Encoding, and ask for it. Default true. */
  readonly decompress?: boolean | undefined;
  /** Decoded bytes for each encoded one, counted from `expansionFromBytes` on. Default 200; Infinity for no such limit. */
  readonly maxExpansion?: number | undefined;
  /** Decoded bytes below which any expansion is taken; `maxBodyBytes` alone counts there. Default 16 MiB. */
  readonly expansionFromBytes?: number | undefined;
  /** Resolves names, in the form of `dns.lookup` with `{ all: true }`. */
  readonly lookup?: LookupFunction | undefined;
  /** How long the addresses of a name are used, in milliseconds; 0 asks every time. Default 10,000. */
  readonly dnsTtlMs?: number | undefined;
  /** Bytes of the header block of a response. Default 64 KiB. */
  readonly maxHeaderBytes?: number | undefined;
  /** Header fields of a response. Default 256. */
  readonly maxHeaderFields?: number | undefined;
  /** Informational responses (1xx) before the final one. Default 32. */
  readonly maxInformational?: number | undefined;
  readonly tls?: TlsOptions | undefined;
  /**
   * A proxy for every request, `{ url, noProxy }` with exceptions, or false for none. Default 'environment': HTTP_PROXY, HTTPS_PROXY,
   * ALL_PROXY and NO_PROXY, as they are when the session is made.
   */
  readonly proxy?: ProxyInput | undefined;
  /** Whether secure origins are offered HTTP/2, by ALPN; requests then share a connection. Default false. */
  readonly http2?: boolean | undefined;
  /** Every request goes to this Unix socket, whatever the host of its URL. */
  readonly socketPath?: string | undefined;
  /** The address of this machine to connect from. */
  readonly localAddress?: string | undefined;
  /**
   * Keeps responses by the rules of HTTP (RFC 9111), for this session alone. `true`: in memory; a store, or `{ store, maxEntryBytes }`:
   * there, and it is not closed with the session. Default false.
   */
  readonly cache?: boolean | CacheStore | CacheOptions | undefined;
  /** What sends the requests. Default: an UndiciTransport of the session's own, closed with it; a given one is left open. */
  readonly transport?: Transport | undefined;
}

/** Timeouts with every field present. */
export type Timeouts = { readonly [K in keyof TimeoutOptions]-?: number };

/** Limits with every field present. */
export interface Limits {
  readonly perOrigin: number;
  readonly total: number;
  readonly maxQueued: number;
  readonly adaptive?: AdaptiveOptions | undefined;
}

/** The defaults of a session, apart from those of retries. */
export const SESSION_DEFAULTS: {
  readonly timeouts: Timeouts;
  readonly limits: Limits;
  readonly maxBufferedBytes: number;
  readonly userAgent: string;
} = Object.freeze({
  timeouts: Object.freeze({
    queueMs: Number.POSITIVE_INFINITY,
    /** Three lost SYNs at 1, 3 and 7 s still connect. */
    connectMs: 10_000,
    /** A minute of silence is a dead peer for nearly every service. */
    sendMs: 60_000,
    headersMs: 60_000,
    bodyMs: 60_000,
    totalMs: Number.POSITIVE_INFINITY,
  }),
  limits: Object.freeze({
    /** Enough for a gather of thousands to run at full speed, few enough for one server to bear. */
    perOrigin: 100,
    /** Below the usual limit of 1,024 file descriptors. */
    total: 1_000,
    /** A waiting request costs about 1 KiB. */
    maxQueued: 100_000,
  }),
  /** Bytes of a body read whole; a page has a hundredth of it. */
  maxBufferedBytes: 64 * 1024 * 1024,
  userAgent: 'oxbow-http',
});

const SESSION_OPTION_NAMES: readonly (keyof SessionOptions)[] = [
  'baseUrl',
  'allowOrigins',
  'headers',
  'auth',
  'cookies',
  'retry',
  'timeouts',
  'limits',
  'redirect',
  'guard',
  'maxBodyBytes',
  'decompress',
  'maxExpansion',
  'expansionFromBytes',
  'lookup',
  'dnsTtlMs',
  'tls',
  'proxy',
  'socketPath',
  'localAddress',
  'http2',
  'maxHeaderBytes',
  'maxHeaderFields',
  'maxInformational',
  'cache',
  'transport',
  'retryBudget',
  'breaker',
  'rate',
  'hedge',
];

/** Options of a session that are its own transport's. */
const TRANSPORT_OPTION_NAMES = [
  'lookup',
  'dnsTtlMs',
  'tls',
  'proxy',
  'socketPath',
  'localAddress',
  'http2',
  'maxHeaderBytes',
  'maxHeaderFields',
  'maxInformational',
] as const satisfies readonly (keyof SessionOptions & keyof UndiciTransportOptions)[];

/** What a session's options say of its own transport. @throws when it is given one: that has its own. */
export function transportOptions(options: SessionOptions): UndiciTransportOptions {
  const given = TRANSPORT_OPTION_NAMES.filter((name) => options[name] !== undefined);
  if (options.transport !== undefined && given.length > 0) {
    invalid(`${given.join(', ')}: options of the transport, give them to the one you pass`);
  }
  return Object.fromEntries(given.map((name) => [name, options[name]]));
}

function invalid(message: string): never {
  throw new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_OPTION', message);
}

/** An option object's own properties, on no prototype: what pollutes Object.prototype is not an option. */
export function ownOptions<T extends object>(given: T | undefined): T {
  return Object.assign(Object.create(null), given) as T;
}

/** Checks the names of session options and copies them. @throws {UsageError} for an unknown name. */
export function sessionOptions(given: SessionOptions): SessionOptions {
  checkOptionNames(given, SESSION_OPTION_NAMES, 'Session');
  return ownOptions(given);
}

/** A whole number above 0, or Infinity. */
export function positiveInteger(value: number, name: string): number {
  if (value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && value > 0)) return value;
  return invalid(`${name} must be a whole number above 0, got ${value}`);
}

/** A byte limit, or undefined for the default. */
export function byteLimit(value: number | undefined, name: string): number | undefined {
  if (value === undefined) return undefined;
  if (value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && value >= 0)) return value;
  return invalid(`${name} must be a number of bytes of 0 or more, got ${value}`);
}

/** Milliseconds as a limit, Infinity for none. @throws for 0: a request that may take no time cannot be sent. */
export function timeoutLimit(value: number, name: string): number {
  const fault = durationFault(value);
  return fault === undefined ? value : invalid(`${name} ${fault}; Infinity is no limit`);
}

/** Lays given timeouts over complete ones. @throws for an unknown name or a time that is not above 0. */
export function resolveTimeouts(given: TimeoutOptions | undefined, base: Timeouts): Timeouts {
  if (given === undefined) return base;
  checkOptions(given, Object.keys(SESSION_DEFAULTS.timeouts), 'timeouts');
  const own = ownOptions(given) as Record<string, number | undefined>;
  const resolved: Record<string, number> = { ...base };
  for (const name of Object.keys(own)) {
    const value = own[name];
    if (value !== undefined) resolved[name] = timeoutLimit(value, `timeouts.${name}`);
  }
  return resolved as unknown as Timeouts;
}

/** The default timeouts in resolved form. */
export const DEFAULT_TIMEOUTS: Timeouts = Object.freeze(
  resolveTimeouts(SESSION_DEFAULTS.timeouts, SESSION_DEFAULTS.timeouts),
);

/** The limits of a session. @throws for an unknown name or a bad number. */
export function resolveLimits(given: LimitOptions | undefined): Limits {
  checkOptionNames(given, ['perOrigin', 'total', 'maxQueued', 'adaptive'], 'limits');
  const own = ownOptions(given);
  const { perOrigin, total, maxQueued } = SESSION_DEFAULTS.limits;
  const queued = own.maxQueued ?? maxQueued;
  return {
    perOrigin: positiveInteger(own.perOrigin ?? perOrigin, 'limits.perOrigin'),
    total: positiveInteger(own.total ?? total, 'limits.total'),
    maxQueued: queued === 0 ? 0 : positiveInteger(queued, 'limits.maxQueued'),
    ...(own.adaptive === undefined || own.adaptive === false
      ? {}
      : { adaptive: resolveAdaptive(own.adaptive) }),
  };
}

function resolveAdaptive(
  given: true | { readonly min?: number; readonly initial?: number },
): AdaptiveOptions {
  if (given === true) return ADAPTIVE_DEFAULTS;
  checkOptions(given, Object.keys(ADAPTIVE_DEFAULTS), 'limits.adaptive');
  const { min = ADAPTIVE_DEFAULTS.min, initial = ADAPTIVE_DEFAULTS.initial } = ownOptions(given);
  return {
    min: positiveInteger(min, 'limits.adaptive.min'),
    initial: positiveInteger(initial, 'limits.adaptive.initial'),
  };
}

/** The retry policy; `undefined` for no retries. @throws for an unknown name or a bad value. */
export function resolveRetry(given: RetryOptions | false | undefined): RetryPolicy | undefined {
  if (given === false) return undefined;
  if (given === undefined) return RETRY_DEFAULTS;
  checkOptions(given, RETRY_OPTION_NAMES, 'retry');
  const { methods, statuses, maxRetryAfterMs = RETRY_DEFAULTS.maxRetryAfterMs, ...waits } = ownOptions(given);
  const fault = durationFault(maxRetryAfterMs, { zero: true });
  if (fault !== undefined) invalid(`retry.maxRetryAfterMs ${fault}`);
  return {
    backoff: backoffOf(waits, RETRY_DEFAULTS.backoff, 'retry'),
    methods: methods === undefined ? RETRY_DEFAULTS.methods : new Set(methods.map((m) => m.toUpperCase())),
    statuses: statuses === undefined ? RETRY_DEFAULTS.statuses : new Set(statuses),
    maxRetryAfterMs,
  };
}

/** Waits laid over default ones. @throws for an unknown name or a bad value. */
export function backoffOf(waits: BackoffOptions, defaults: Backoff, where: string): Backoff {
  try {
    return new Backoff(waits, defaults);
  } catch (error) {
    if (error instanceof BackoffError) return invalid(`${where}: ${error.message}`);
    throw error;
  }
}

/** How redirects are met: a number of hops to follow, 'manual' or 'error'. */
export function resolveRedirect(given: RedirectPolicy | undefined): number | 'manual' | 'error' {
  if (given === undefined || given === 'follow') return DEFAULT_MAX_REDIRECTS;
  if (given === 'manual' || given === 'error') return given;
  if (typeof given !== 'object' || given === null) {
    throw new UsageError(`redirect must be 'follow', 'manual', 'error' or { max }, got ${String(given)}`, {
      code: 'ERR_OXBOW_HTTP_INVALID_OPTION',
    });
  }
  checkOptions(given, ['max'], 'redirect');
  const { max } = given;
  if (!Number.isInteger(max) || max < 0)
    invalid(`redirect.max must be a whole number of 0 or more, got ${max}`);
  return max;
}

/** How far a body may expand. @throws for a ratio below 1 or bytes below 0. */
export function resolveExpansion(
  given: { readonly maxExpansion?: number | undefined; readonly expansionFromBytes?: number | undefined },
  base: ExpansionLimit = DEFAULT_EXPANSION,
): ExpansionLimit {
  const { maxExpansion, expansionFromBytes } = given;
  if (maxExpansion === undefined && expansionFromBytes === undefined) return base;
  if (maxExpansion !== undefined && !(typeof maxExpansion === 'number' && maxExpansion >= 1)) {
    invalid(`maxExpansion must be a number of 1 or more, got ${maxExpansion}`);
  }
  return {
    ratio: maxExpansion ?? base.ratio,
    fromBytes: byteLimit(expansionFromBytes, 'expansionFromBytes') ?? base.fromBytes,
  };
}
