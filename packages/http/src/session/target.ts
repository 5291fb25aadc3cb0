/**
 * A parsed request URL, and the bounded cache that keeps the hot path free of URL parsing (0.65 µs each).
 * Decides what a URL may be: http or https, within the session's base origin, userinfo split off.
 * Knows nothing of sending.
 */
import { InvalidRequestError } from '../errors.ts';
import { redactUrl } from '../redaction.ts';

/** Userinfo taken from a URL: sent as Basic credentials to that URL's origin only (RFC 7617). */
export interface UserInfo {
  readonly username: string;
  readonly password: string;
}

/** Where a request goes. One shape, shared by every request to the same URL: never changed after it is made, cookies apart. */
export interface Target {
  /** The absolute URL without userinfo; it keeps its fragment. */
  readonly href: string;
  /** `https://example.org`, with the port when it is not the scheme's own. */
  readonly origin: string;
  /** Path and query, as sent. */
  readonly path: string;
  readonly hostname: string;
  readonly isSecure: boolean;
  readonly userInfo: UserInfo | undefined;
  /** The Cookie value computed for {@link cookieGeneration}: a cache the cookie jar keeps here. */
  cookie: string;
  /** The state of the jar that {@link cookie} was computed from; -1 for never. */
  cookieGeneration: number;
}

/** Query parameters to append: one value, several under the same name, or none (`undefined` and `null` are left out). */
export type QueryInput =
  | string
  | URLSearchParams
  | Readonly<Record<string, QueryValue | readonly QueryValue[]>>
  | readonly (readonly [string, string])[];
/** One query value. */
export type QueryValue = string | number | boolean | bigint | null | undefined;

/** Targets kept in each of the cache's two generations; at about 400 bytes each this stays under 1 MiB. */
const CACHE_GENERATION = 1024;
/** Longest URL worth keeping. */
const MAX_CACHED_CHARACTERS = 2048;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\x00-\x1f\x7f]/;

function parse(input: string, base: URL | undefined): URL {
  // WHATWG URL parsing silently removes tabs and line ends; a URL that holds any was put together wrongly.
  if (CONTROL.test(input)) {
    throw new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_URL', 'the URL holds control characters', {
      url: redactUrl(input.replace(new RegExp(CONTROL, 'g'), '�')),
    });
  }
  try {
    return new URL(input, base);
  } catch (cause) {
    const hint =
      base === undefined && !/^[a-z][a-z0-9+.-]*:/i.test(input)
        ? ' (a URL begins with https:// or http://; a relative one needs the session option baseUrl)'
        : '';
    throw new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_URL', `not a URL: ${redactUrl(input)}${hint}`, {
      cause,
      url: redactUrl(input),
    });
  }
}

function decodeUserInfo(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Path and query as sent. `search` is empty for `/a?`, but its `?` is part of the URL. */
function pathOf(url: URL): string {
  if (url.search !== '') return url.pathname + url.search;
  const [withoutFragment = ''] = url.href.split('#', 1);
  return withoutFragment.endsWith('?') ? `${url.pathname}?` : url.pathname;
}

// `localhost:8080/x` is a URL of the scheme localhost.
function schemeHint(url: URL): string {
  return /^\d+(?:\/|$)/.test(url.pathname) ? ` (write http://${redactUrl(url.href)})` : '';
}

/** Makes a target of a parsed URL. @throws {InvalidRequestError} for a scheme other than http and https. */
export function targetOf(url: URL): Target {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new InvalidRequestError(
      'ERR_OXBOW_HTTP_INVALID_SCHEME',
      `only http: and https: URLs can be requested, not ${url.protocol}${schemeHint(url)}`,
      { url: redactUrl(url.href) },
    );
  }
  let userInfo: UserInfo | undefined;
  if (url.username !== '' || url.password !== '') {
    userInfo = { username: decodeUserInfo(url.username), password: decodeUserInfo(url.password) };
    url.username = '';
    url.password = '';
  }
  return {
    href: url.href,
    origin: url.origin,
    path: pathOf(url),
    hostname: url.hostname,
    isSecure: url.protocol === 'https:',
    userInfo,
    cookie: '',
    cookieGeneration: -1,
  };
}

/** The parameters to append, encoded. Text is taken as it is: it may be signed, or follow another convention. */
function encodeQuery(query: QueryInput): string {
  if (typeof query === 'string') {
    if (CONTROL.test(query)) {
      throw new InvalidRequestError(
        'ERR_OXBOW_HTTP_INVALID_URL',
        'the option query holds control characters',
      );
    }
    return query.startsWith('?') ? query.slice(1) : query;
  }
  if (query instanceof URLSearchParams || Array.isArray(query)) {
    return new URLSearchParams(query as URLSearchParams | [string, string][]).toString();
  }
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const values: readonly QueryValue[] = Array.isArray(value) ? value : [value as QueryValue];
    for (const one of values) if (one !== undefined && one !== null) parameters.append(name, String(one));
  }
  return parameters.toString();
}

// What the URL has already stays as it is, byte for byte: it may be signed.
function appendQuery(url: URL, query: QueryInput): void {
  const added = encodeQuery(query);
  if (added === '') return;
  const given = url.search;
  url.search = given === '' || given.endsWith('&') ? `${given}${added}` : `${given}&${added}`;
}

function parseBase(baseUrl: string): URL {
  try {
    return parse(baseUrl, undefined);
  } catch (cause) {
    const message = `the option baseUrl is not a URL: ${redactUrl(baseUrl)}; it begins with https:// or http://`;
    throw new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_URL', message, { cause });
  }
}

/** Resolves what the caller gave into targets, remembering the last ones. One per session. */
export class TargetCache {
  readonly #base: URL | undefined;
  readonly #allowedOrigins: ReadonlySet<string>;
  #young = new Map<string, Target>();
  #old = new Map<string, Target>();

  /**
   * @param baseUrl what relative URLs are resolved against; absolute ones must then be of its origin.
   * @param allowOrigins further origins that absolute URLs may name.
   */
  constructor(baseUrl: string | URL | undefined, allowOrigins: readonly string[]) {
    if (baseUrl === undefined) {
      this.#base = undefined;
      this.#allowedOrigins = new Set();
      return;
    }
    const base = parseBase(String(baseUrl));
    const origins = allowOrigins.map((origin) => targetOf(parse(origin, undefined)).origin);
    this.#allowedOrigins = new Set([targetOf(new URL(base)).origin, ...origins]);
    this.#base = base;
  }

  /** The origin of baseUrl, if there is one. */
  get baseOrigin(): string | undefined {
    return this.#base?.origin;
  }

  /** @throws {InvalidRequestError} `ERR_OXBOW_HTTP_INVALID_URL`, `…_INVALID_SCHEME`, `…_ORIGIN_NOT_ALLOWED`. */
  resolve(input: string | URL, query: QueryInput | undefined): Target {
    const text = typeof input === 'string' ? input : input.href;
    if (query !== undefined) return this.#make(text, query);
    const known = this.#young.get(text);
    return known !== undefined ? known : this.#revive(text);
  }

  // Two generations stand in for a LRU list: a hit costs one Map lookup and moves nothing.
  #revive(text: string): Target {
    const target = this.#old.get(text) ?? this.#make(text, undefined);
    if (text.length > MAX_CACHED_CHARACTERS) return target;
    if (this.#young.size >= CACHE_GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(text, target);
    return target;
  }

  #make(text: string, query: QueryInput | undefined): Target {
    const url = parse(text, this.#base);
    if (query !== undefined) appendQuery(url, query);
    const inherited = this.#base;
    if (inherited !== undefined) {
      const origin = url.origin;
      if (!this.#allowedOrigins.has(origin)) {
        throw new InvalidRequestError(
          'ERR_OXBOW_HTTP_ORIGIN_NOT_ALLOWED',
          `${redactUrl(url.href)} is not within baseUrl (${inherited.origin}); list its origin in allowOrigins`,
          { url: redactUrl(url.href) },
        );
      }
      // A relative URL has the base's userinfo already; an absolute one of the same origin gets it too.
      if (url.username === '' && origin === inherited.origin) {
        url.username = inherited.username;
        url.password = inherited.password;
      }
    }
    return targetOf(url);
  }
}
