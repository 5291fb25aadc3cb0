/**
 * What a session makes of a call: options laid over its own, a target, complete header fields, credentials and a body. The outcome is what
 * an exchange sends. Decides nothing of when.
 */
import { ACCEPT_ENCODING } from '../body/content-decoder.ts';
import { InvalidRequestError } from '../errors.ts';
import { namedGuard } from '../guard/address-guard.ts';
import { basic, type Credential } from '../guard/credentials.ts';
import type { HeaderFields } from '../header-fields.ts';
import type { HedgeOptions } from '../resilience/hedge.ts';
import type { ExchangeRequest } from './exchange-request.ts';
import type { OutgoingRequest } from './middleware.ts';
import { headerFields, mergeFields } from './request-headers.ts';
import {
  planRequest,
  type RequestOptions,
  type RequestPlan,
  requestOptions,
  requestUpload,
} from './request-options.ts';
import {
  byteLimit,
  DEFAULT_TIMEOUTS,
  resolveExpansion,
  resolveRedirect,
  resolveRetry,
  resolveTimeouts,
  SESSION_DEFAULTS,
  type SessionOptions,
} from './session-options.ts';
import { type Target, TargetCache } from './target.ts';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Methods spelt in lower case by habit; all others are sent as given (RFC 9110 §9.1: methods are case-sensitive). */
const KNOWN_METHODS: ReadonlyMap<string, string> = new Map(
  ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'].flatMap((m) => [
    [m, m],
    [m.toLowerCase(), m],
  ]),
);

function methodOf(given: string): string {
  const known = KNOWN_METHODS.get(given);
  if (known !== undefined) return known;
  if (typeof given !== 'string' || !TOKEN.test(given) || given.toUpperCase() === 'CONNECT') {
    throw new InvalidRequestError(
      'ERR_OXBOW_HTTP_INVALID_METHOD',
      `not a method this client sends: ${JSON.stringify(given)}`,
    );
  }
  return given;
}

function credentialsOf(auth: SessionOptions['auth'], baseOrigin: string | undefined): readonly Credential[] {
  if (auth === undefined) return [];
  const credentials = 'authorization' in auth ? [auth] : auth;
  if (
    baseOrigin === undefined &&
    credentials.some((one) => one.origins === undefined && one.hosts === undefined)
  ) {
    throw new InvalidRequestError(
      'ERR_OXBOW_HTTP_AUTH_ORIGIN',
      'a session without baseUrl must say which origins a credential is for: basic(user, password, { origins: […] })',
    );
  }
  return credentials;
}

const NO_OPTIONS: RequestOptions = Object.freeze(Object.create(null));

/** The part of a session that makes requests of calls. */
export class Preparation {
  readonly #targets: TargetCache;
  readonly #fields: HeaderFields;
  /** For requests that decompress where the session does not, and the other way round. */
  readonly #otherFields: HeaderFields;
  readonly #plan: RequestPlan;
  readonly #credentials: readonly Credential[];

  /** @throws {InvalidRequestError} for a value that cannot be right. */
  constructor(own: SessionOptions, hedge: HedgeOptions | undefined) {
    const decompress = own.decompress ?? true;
    this.#targets = new TargetCache(own.baseUrl, own.allowOrigins ?? []);
    const headers = headerFields(own.headers);
    this.#fields = Object.freeze([...mergeFields(defaultFields(decompress), headers)]);
    this.#otherFields = Object.freeze([...mergeFields(defaultFields(!decompress), headers)]);
    this.#credentials = credentialsOf(own.auth, this.#targets.baseOrigin);
    this.#plan = Object.freeze({
      timeouts: resolveTimeouts(own.timeouts, DEFAULT_TIMEOUTS),
      redirect: resolveRedirect(own.redirect),
      retry: resolveRetry(own.retry),
      hedge,
      guard: namedGuard(own.guard ?? 'any'),
      maxBodyBytes: byteLimit(own.maxBodyBytes, 'maxBodyBytes'),
      decompress,
      expansion: resolveExpansion(own),
      cookies: own.cookies !== false,
      ownCookies: undefined,
      onUploadProgress: undefined,
      onDownloadProgress: undefined,
    });
  }

  /** The settings that a request with these options follows. */
  planOf(options: RequestOptions | undefined): RequestPlan {
    return planRequest(options ?? NO_OPTIONS, this.#plan);
  }

  /** A request as a middleware sees it. @throws {InvalidRequestError} */
  outgoing(method: string, url: string | URL, given: RequestOptions | undefined): OutgoingRequest {
    const { headers, query, ...options } = given === undefined ? NO_OPTIONS : requestOptions(given);
    const target = this.#targets.resolve(url, query);
    const plan = planRequest(options, this.#plan);
    return {
      method: methodOf(method),
      url: hrefOf(target),
      headers: headersOf(mergeFields(this.#fieldsFor(plan), headerFields(headers))),
      options,
    };
  }

  #fieldsFor(plan: RequestPlan): HeaderFields {
    return plan.decompress === this.#plan.decompress ? this.#fields : this.#otherFields;
  }

  /** A request as an exchange sends it; from here on its body belongs to it. @throws {InvalidRequestError} */
  prepare(
    method: string,
    url: string | URL,
    given: RequestOptions | undefined,
    perOrigin: number | undefined,
  ): ExchangeRequest {
    const options = given === undefined ? NO_OPTIONS : requestOptions(given);
    const target = this.#targets.resolve(url, options.query);
    const { auth } = options;
    const plan = given === undefined ? this.#plan : planRequest(options, this.#plan);
    const fields = this.#fieldsFor(plan);
    return {
      target,
      method: methodOf(method),
      fields: options.headers === undefined ? fields : mergeFields(fields, headerFields(options.headers)),
      plan,
      credentials:
        auth === undefined && target.userInfo === undefined
          ? this.#credentials
          : this.#credentialsFor(auth, target),
      homeOrigin:
        auth === undefined && target.userInfo === undefined ? this.#targets.baseOrigin : target.origin,
      ownCookies: plan.ownCookies,
      signal: options.signal,
      perOrigin: perOrigin ?? Number.POSITIVE_INFINITY,
      // Last: a source belongs to the request from here on.
      upload: given === undefined ? undefined : requestUpload(options),
    };
  }

  #credentialsFor(auth: Credential | false | undefined, target: Target): readonly Credential[] {
    if (auth === false) return [];
    if (auth !== undefined) return [auth];
    const { username, password } = target.userInfo as { username: string; password: string };
    return [basic(username, password)];
  }
}

/** The URL of a target, with its userinfo: a middleware passes it on. */
function hrefOf(target: Target): string {
  if (target.userInfo === undefined) return target.href;
  const url = new URL(target.href);
  url.username = encodeURIComponent(target.userInfo.username);
  url.password = encodeURIComponent(target.userInfo.password);
  return url.href;
}

/** Flat fields as a `Headers`. */
export function headersOf(fields: HeaderFields): Headers {
  const headers = new Headers();
  for (let i = 0; i < fields.length; i += 2) headers.append(fields[i] ?? '', fields[i + 1] ?? '');
  return headers;
}

function defaultFields(decompress: boolean): HeaderFields {
  const fields = ['accept', '*/*', 'user-agent', SESSION_DEFAULTS.userAgent];
  if (decompress) fields.push('accept-encoding', ACCEPT_ENCODING);
  return fields;
}
