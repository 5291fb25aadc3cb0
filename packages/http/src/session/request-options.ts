/**
 * The options of one request, checked and laid over the session's: what the exchange then follows.
 */

import { msgpack } from '@oxbow/codec/msgpack';
import type { ExpansionLimit } from '../body/content-decoder.ts';
import {
  type BodyInput,
  bodyUpload,
  bytesUpload,
  type FormInput,
  fileUpload,
  formUpload,
  jsonUpload,
  type Upload,
} from '../body/upload.ts';
import { isUploadSource } from '../body/upload-stream.ts';
import { InvalidRequestError } from '../errors.ts';
import { type AddressGuard, namedGuard } from '../guard/address-guard.ts';
import type { Credential } from '../guard/credentials.ts';
import type { RedirectPolicy } from '../policy/redirect.ts';
import type { RetryOptions, RetryPolicy } from '../policy/retry.ts';
import type { HedgeOptions } from '../resilience/hedge.ts';
import { checkOptionNames } from './foreign-names.ts';
import type { HeadersInput } from './request-headers.ts';
import {
  byteLimit,
  ownOptions,
  resolveExpansion,
  resolveRedirect,
  resolveRetry,
  resolveTimeouts,
  type TimeoutOptions,
  type Timeouts,
  timeoutLimit,
} from './session-options.ts';
import type { QueryInput } from './target.ts';

/** How far a body has come. */
export interface Progress {
  readonly bytes: number;
  /** `undefined` when it is not known beforehand. */
  readonly totalBytes: number | undefined;
}

/** Options of one request. At most one of `json`, `form`, `msgpack`, `file` and `body`. */
export interface RequestOptions {
  /** Replaces the session's headers of the same name. */
  readonly headers?: HeadersInput | undefined;
  /** Appended to the query of the URL. */
  readonly query?: QueryInput | undefined;
  /** Sent as application/json. */
  readonly json?: unknown;
  /** Sent as application/x-www-form-urlencoded. */
  readonly form?: FormInput | undefined;
  /** Sent as application/msgpack. */
  readonly msgpack?: unknown;
  /** Sent as it is; FormData as multipart/form-data, streams with backpressure. */
  readonly body?: BodyInput | undefined;
  /** Sent as it is from this file, by its path, with its size as Content-Length. */
  readonly file?: string | URL | undefined;
  /** The bytes of a stream given as `body`, where they are known: sent as Content-Length, and held to. Without it a stream goes chunked. */
  readonly contentLength?: number | undefined;
  /** For this request; without `origins` it is for the origin of this request's URL. `false` sends none. */
  readonly auth?: Credential | false | undefined;
  /**
   * `false`: neither sends nor takes cookies. Names and values: sent with this request, to the origin of its URL alone. They go beside
   * the jar's cookies and replace those of the same name. The jar does not keep them.
   */
  readonly cookies?: false | Readonly<Record<string, string>> | undefined;
  /** The deadline over everything, in milliseconds above 0: the same as `timeouts.totalMs`. Infinity is none. */
  readonly timeoutMs?: number | undefined;
  /** Laid over the session's. */
  readonly timeouts?: TimeoutOptions | undefined;
  /** Aborting it cancels the request, body included. */
  readonly signal?: AbortSignal | undefined;
  readonly retry?: RetryOptions | false | undefined;
  /** `false`: not this one. */
  readonly hedge?: false | undefined;
  readonly redirect?: RedirectPolicy | undefined;
  readonly guard?: 'any' | 'public' | AddressGuard | undefined;
  /** Decoded bytes the body may have, streamed or not. */
  readonly maxBodyBytes?: number | undefined;
  /** For this request; `false` also asks for no encoding. */
  readonly decompress?: boolean | undefined;
  /** Told as the request body is taken by the connection, on a turn of the loop; the last call has all of it. */
  readonly onUploadProgress?: ((progress: Progress) => void) | undefined;
  /** Told as the response body arrives, in bytes as they are on the wire, on a turn of the loop; the last call has all of it. */
  readonly onDownloadProgress?: ((progress: Progress) => void) | undefined;
  /** Decoded bytes for each encoded one, counted from `expansionFromBytes` on. Default 200; Infinity for no such limit. */
  readonly maxExpansion?: number | undefined;
  /** Decoded bytes below which any expansion is taken. Default 16 MiB. */
  readonly expansionFromBytes?: number | undefined;
}

/** What an exchange follows: the session's settings with the request's laid over them. */
export interface RequestPlan {
  readonly timeouts: Timeouts;
  readonly redirect: number | 'manual' | 'error';
  readonly retry: RetryPolicy | undefined;
  readonly hedge: HedgeOptions | undefined;
  readonly guard: AddressGuard | undefined;
  readonly maxBodyBytes: number | undefined;
  readonly decompress: boolean;
  readonly expansion: ExpansionLimit;
  readonly cookies: boolean;
  /** Sent beside those of the jar: pairs, as they are sent. */
  readonly ownCookies: ReadonlyMap<string, string> | undefined;
  readonly onUploadProgress: ((progress: Progress) => void) | undefined;
  readonly onDownloadProgress: ((progress: Progress) => void) | undefined;
}

const REQUEST_OPTION_NAMES: ReadonlySet<string> = new Set<keyof RequestOptions>([
  'headers',
  'query',
  'json',
  'form',
  'msgpack',
  'body',
  'file',
  'contentLength',
  'auth',
  'cookies',
  'timeoutMs',
  'timeouts',
  'signal',
  'retry',
  'hedge',
  'redirect',
  'guard',
  'maxBodyBytes',
  'decompress',
  'maxExpansion',
  'expansionFromBytes',
  'onUploadProgress',
  'onDownloadProgress',
]);

/** The options that make a plan of their own. */
const PLAN_OPTION_NAMES = [
  'timeouts',
  'timeoutMs',
  'redirect',
  'retry',
  'hedge',
  'guard',
  'maxBodyBytes',
  'decompress',
  'maxExpansion',
  'expansionFromBytes',
  'onUploadProgress',
  'onDownloadProgress',
  'cookies',
] as const satisfies readonly (keyof RequestOptions)[];

/** Checks the names and copies the options off any prototype. @throws {UsageError} for an unknown name. */
export function requestOptions(given: RequestOptions): RequestOptions {
  const own = ownOptions(given);
  for (const name in own) {
    if (!REQUEST_OPTION_NAMES.has(name)) checkOptionNames(given, REQUEST_OPTION_NAMES, 'a request');
  }
  return own;
}

/** Lays a request's options over the session's plan; the plan itself when they change nothing of it. */
export function planRequest(options: RequestOptions, base: RequestPlan): RequestPlan {
  if (!PLAN_OPTION_NAMES.some((name) => options[name] !== undefined)) return base;
  const { timeouts, timeoutMs, redirect, retry, guard, maxBodyBytes, decompress, cookies } = options;
  let limits = resolveTimeouts(timeouts, base.timeouts);
  if (timeoutMs !== undefined) limits = { ...limits, totalMs: timeoutLimit(timeoutMs, 'timeoutMs') };
  return {
    timeouts: limits,
    redirect: redirect === undefined ? base.redirect : resolveRedirect(redirect),
    retry: retry === undefined ? base.retry : resolveRetry(retry),
    hedge: options.hedge === false ? undefined : base.hedge,
    guard: guard === undefined ? base.guard : namedGuard(guard),
    maxBodyBytes: maxBodyBytes === undefined ? base.maxBodyBytes : byteLimit(maxBodyBytes, 'maxBodyBytes'),
    decompress: decompress ?? base.decompress,
    expansion: resolveExpansion(options, base.expansion),
    cookies: cookies !== false && base.cookies,
    ownCookies: cookies === undefined || cookies === false ? undefined : ownCookies(cookies),
    onUploadProgress: progressFunction(options, 'onUploadProgress'),
    onDownloadProgress: progressFunction(options, 'onDownloadProgress'),
  };
}

// RFC 6265 §4.1.1: a token, and octets without blanks, quotes, commas, semicolons and backslashes; what servers set is wider, and sent as it is.
const COOKIE_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const COOKIE_VALUE = /^[\x21-\x3a\x3c-\x7e]*$/;

function ownCookies(given: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  if (typeof given !== 'object' || given === null) {
    const message = `cookies must be false, or names and values, got ${String(given)}`;
    throw new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_OPTION', message);
  }
  const pairs = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    // The value stays out of the message: it may be a secret.
    if (!COOKIE_NAME.test(name) || typeof value !== 'string' || !COOKIE_VALUE.test(value)) {
      const message = `the cookie ${JSON.stringify(name)} has a name or a value that a cookie cannot carry; encode it`;
      throw new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_OPTION', message);
    }
    pairs.set(name, `${name}=${value}`);
  }
  return pairs;
}

function progressFunction(
  options: RequestOptions,
  name: 'onUploadProgress' | 'onDownloadProgress',
): ((progress: Progress) => void) | undefined {
  const given = options[name];
  if (given === undefined || typeof given === 'function') return given;
  throw new InvalidRequestError(
    'ERR_OXBOW_HTTP_INVALID_OPTION',
    `${name} must be a function, got ${typeof given}`,
  );
}

/** The body among a request's options, if there is one. @throws {InvalidRequestError} for two of them, or a bad one. */
export function requestUpload(options: RequestOptions): Upload | undefined {
  const given = (['json', 'form', 'msgpack', 'file', 'body'] as const).filter(
    (name) => options[name] !== undefined,
  );
  if (given.length > 1) {
    throw new InvalidRequestError(
      'ERR_OXBOW_HTTP_INVALID_BODY',
      `a request has one body: give one of ${given.join(', ')}, not all`,
    );
  }
  const length = announcedLength(options);
  switch (given[0]) {
    case 'json':
      return jsonUpload(options.json);
    case 'form':
      return formUpload(options.form ?? {});
    case 'msgpack':
      return bytesUpload(msgpack().encode(options.msgpack as never), 'application/msgpack');
    case 'body':
      return bodyUpload(options.body as BodyInput, length);
    case 'file':
      return fileUpload(options.file as string | URL);
    default:
      return undefined;
  }
}

function announcedLength({ contentLength, body }: RequestOptions): number | undefined {
  if (contentLength === undefined) return undefined;
  if (!Number.isSafeInteger(contentLength) || contentLength < 0) {
    const message = `contentLength must be a whole number of bytes of 0 or more, got ${String(contentLength)}`;
    throw new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_OPTION', message);
  }
  const isStream = typeof body === 'function' || (isUploadSource(body) && !hasOwnLength(body));
  if (!isStream) {
    const message = 'contentLength goes with a stream as body; every other body has a length of its own';
    throw new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_OPTION', message);
  }
  return contentLength;
}

function hasOwnLength(body: object): boolean {
  return body instanceof Uint8Array || body instanceof FormData || body instanceof URLSearchParams;
}
