/**
 * The cookies of a session: tough-cookie's rules (RFC 6265bis, public suffixes, prefixes) behind a hot path of our own.
 * Asking tough-cookie takes 20 µs for each request, so the Cookie value is kept on the target until the jar changes or a
 * cookie expires. The library is not even loaded before the first Set-Cookie.
 */

import { currentLoop } from '@oxbow/loop';
import type { Cookie, CookieJar as ToughJar, MemoryCookieStore as ToughStore } from 'tough-cookie';
import { callUserOn } from '../user-call.ts';
import { type CookieStore, MemoryCookieStore, type StoredCookie } from './cookie-store.ts';

/** Bytes of name and value together (RFC 6265bis §5.6). */
export const MAX_COOKIE_BYTES = 4096;
/** Bytes of one attribute (RFC 6265bis §5.6). */
export const MAX_ATTRIBUTE_BYTES = 1024;
/** Cookies of one domain; the oldest make room. RFC 6265 §6.1 asks for at least this. */
export const MAX_COOKIES_PER_DOMAIN = 50;
/** Cookies in all; the oldest make room. RFC 6265 §6.1 asks for at least this. */
export const MAX_COOKIES = 3000;

interface Rules {
  readonly jar: ToughJar;
  readonly store: ToughStore;
  readonly makeCookie: (stored: StoredCookie) => Cookie;
}

async function loadRules(): Promise<Rules> {
  const tough = await import('tough-cookie');
  const store = new tough.MemoryCookieStore();
  const jar = new tough.CookieJar(store, { prefixSecurity: 'strict', rejectPublicSuffixes: true });
  const makeCookie = (stored: StoredCookie): Cookie =>
    new tough.Cookie({
      key: stored.name,
      value: stored.value,
      domain: stored.domain,
      path: stored.path,
      hostOnly: stored.hostOnly,
      secure: stored.secure,
      httpOnly: stored.httpOnly,
      sameSite: stored.sameSite,
      expires: stored.expiresEpochMs === undefined ? 'Infinity' : new Date(stored.expiresEpochMs),
      creation: new Date(stored.createdEpochMs),
      lastAccessed: new Date(stored.createdEpochMs),
    });
  return { jar, store, makeCookie };
}

function expiryOf(cookie: Cookie): number | undefined {
  const time = cookie.expiryTime();
  return time === undefined || time === Number.POSITIVE_INFINITY ? undefined : time;
}

function createdAt(cookie: Cookie): number {
  return cookie.creation instanceof Date ? cookie.creation.getTime() : 0;
}

function storedOf(cookie: Cookie): StoredCookie {
  return Object.freeze({
    name: cookie.key,
    value: cookie.value,
    domain: cookie.domain ?? '',
    path: cookie.path ?? '/',
    hostOnly: cookie.hostOnly === true,
    secure: cookie.secure,
    httpOnly: cookie.httpOnly,
    sameSite: cookie.sameSite,
    expiresEpochMs: expiryOf(cookie),
    createdEpochMs: createdAt(cookie),
  });
}

function isWithinLimits(setCookie: string): boolean {
  const [pair = '', ...attributes] = setCookie.split(';');
  return (
    pair.length <= MAX_COOKIE_BYTES &&
    attributes.every((attribute) => attribute.length <= MAX_ATTRIBUTE_BYTES)
  );
}

/** The URL of a request, and what the jar remembers of it. */
export interface CookieTarget {
  readonly href: string;
  /** The Cookie value computed for {@link cookieGeneration}. */
  cookie: string;
  /** The state of the jar that {@link cookie} was computed from; -1 for never. */
  cookieGeneration: number;
}

const STORE = 'a cookie store';

/** Cookies received and to be sent. May be shared by sessions. Values are never decoded. */
export class CookieJar {
  readonly #store: CookieStore;
  #rules: Rules | undefined;
  #loading: Promise<void> | undefined;
  /** Writes to the store, one after the other. */
  #writes: Promise<void> = Promise.resolve();
  #writeError: { readonly error: unknown } | undefined;
  #generation = 0;
  #nextExpiryEpochMs = Number.POSITIVE_INFINITY;
  #isOpen: boolean;
  /** Its store is its own, and waits for nothing. */
  readonly #isOwn: boolean;

  constructor(store?: CookieStore) {
    this.#store = store ?? new MemoryCookieStore();
    // An own store starts empty: nothing to load before the first request.
    this.#isOpen = store === undefined;
    this.#isOwn = store === undefined;
  }

  /** Undefined when cookies can be asked for at once; else the promise to wait for. */
  open(): Promise<void> | undefined {
    if (this.#isOpen) return undefined;
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** @internal The value of Cookie for a request; empty for none. A cached answer costs two comparisons. */
  cookieFor(target: CookieTarget): string {
    const rules = this.#rules;
    if (rules === undefined) return '';
    if (Date.now() >= this.#nextExpiryEpochMs) this.#changed(rules);
    if (target.cookieGeneration !== this.#generation) {
      target.cookie = cookieString(rules, target.href);
      target.cookieGeneration = this.#generation;
    }
    return target.cookie;
  }

  /**
   * @internal Takes the Set-Cookie values of a response; malformed and forbidden ones are ignored, as browsers do. When a promise comes
   * back they count from its end on.
   */
  accept(target: CookieTarget, setCookies: readonly string[]): Promise<void> | undefined {
    const rules = this.#rules;
    if (rules !== undefined) {
      this.#accept(rules, target.href, setCookies);
      return undefined;
    }
    this.#loading ??= this.#load();
    return this.#loading.then(() => void this.#accept(this.#rules as Rules, target.href, setCookies));
  }

  /** All cookies, expired ones apart. */
  async cookies(): Promise<readonly StoredCookie[]> {
    await this.open();
    const rules = this.#rules;
    if (rules === undefined) return [];
    const now = Date.now();
    return all(rules)
      .filter((cookie) => (expiryOf(cookie) ?? now + 1) > now)
      .map(storedOf);
  }

  /**
   * Sets a cookie as if the server of `url` had sent it. It is a line in the form of Set-Cookie, or a name and a value for that host
   * and all its paths.
   *
   * @returns whether the jar took it; what the rules forbid (another's domain, a public suffix, a bad prefix, its size) it does not take
   */
  async set(
    url: string | URL,
    cookie: string | { readonly name: string; readonly value: string },
  ): Promise<boolean> {
    const line = typeof cookie === 'string' ? cookie : `${cookie.name}=${cookie.value}; Path=/`;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
    if (/[\x00-\x1f\x7f]/.test(line) || (typeof cookie !== 'string' && /[;,\s=]/.test(cookie.name)))
      return false;
    if (typeof cookie !== 'string' && cookie.value.includes(';')) return false;
    const rules = await this.#opened();
    return this.#accept(rules, String(url), [line]) > 0;
  }

  /** The cookies that a request to this URL would send, in that order; without one, all. Expired ones apart. */
  async get(url?: string | URL): Promise<readonly StoredCookie[]> {
    if (url === undefined) return this.cookies();
    const rules = await this.#opened();
    return rules.jar.getCookiesSync(String(url)).map(storedOf);
  }

  /** Forgets cookies: all, those of a domain and its subdomains, or the one of this name there. Gives how many. */
  async clear(which: { readonly domain?: string; readonly name?: string } = {}): Promise<number> {
    const rules = await this.#opened();
    const domain = which.domain?.replace(/^\./, '').toLowerCase();
    const gone = all(rules).filter((cookie) => {
      const of = cookie.domain ?? '';
      const inDomain = domain === undefined || of === domain || of.endsWith(`.${domain}`);
      return inDomain && (which.name === undefined || cookie.key === which.name);
    });
    for (const cookie of gone) this.#drop(rules, cookie);
    if (gone.length > 0) this.#changed(rules);
    return gone.length;
  }

  /** Waits until the store has everything; the same as {@link flush}. */
  save(): Promise<void> {
    return this.flush();
  }

  /** Waits until the store has everything; rejects with the first failure of the store since the last call. */
  async flush(): Promise<void> {
    await this.#writes;
    const failed = this.#writeError;
    this.#writeError = undefined;
    if (failed !== undefined) throw failed.error;
  }

  async #opened(): Promise<Rules> {
    if (this.#rules === undefined) {
      this.#loading ??= this.#load();
      await this.#loading;
    }
    return this.#rules as Rules;
  }

  async #load(): Promise<void> {
    try {
      const [rules, stored] = await Promise.all([
        loadRules(),
        callUserOn(currentLoop(), () => this.#store.load(), STORE),
      ]);
      for (const cookie of stored) rules.store.putCookie(rules.makeCookie(cookie), () => {});
      this.#rules = rules;
      this.#isOpen = true;
      this.#changed(rules);
    } finally {
      this.#loading = undefined;
    }
  }

  #accept(rules: Rules, url: string, setCookies: readonly string[]): number {
    let taken = 0;
    for (const line of setCookies) {
      if (!isWithinLimits(line)) continue;
      const cookie = rules.jar.setCookieSync(line, url, { ignoreError: true });
      if (cookie === undefined) continue;
      taken++;
      const stored = storedOf(cookie);
      if (stored.expiresEpochMs !== undefined && stored.expiresEpochMs <= Date.now())
        this.#drop(rules, cookie);
      else this.#write((store) => store.put(stored));
    }
    if (taken === 0) return 0;
    this.#evict(rules);
    this.#changed(rules);
    return taken;
  }

  #evict(rules: Rules): void {
    const byDomain = new Map<string, number>();
    const newestFirst = all(rules).sort((a, b) => createdAt(b) - createdAt(a));
    let count = 0;
    for (const cookie of newestFirst) {
      const domain = cookie.domain ?? '';
      const ofDomain = (byDomain.get(domain) ?? 0) + 1;
      if (ofDomain > MAX_COOKIES_PER_DOMAIN || count >= MAX_COOKIES) {
        this.#drop(rules, cookie);
        continue;
      }
      byDomain.set(domain, ofDomain);
      count++;
    }
  }

  #drop(rules: Rules, cookie: Cookie): void {
    const { domain, path, name } = storedOf(cookie);
    rules.store.removeCookie(domain, path, name, () => {});
    this.#write((store) => store.remove(domain, path, name));
  }

  #write(write: (store: CookieStore) => Promise<void>): void {
    const loop = currentLoop();
    this.#writes = this.#writes
      .then(() => (this.#isOwn ? write(this.#store) : callUserOn(loop, () => write(this.#store), STORE)))
      .catch((error: unknown) => {
        this.#writeError ??= { error };
      });
  }

  #changed(rules: Rules): void {
    this.#generation++;
    const now = Date.now();
    this.#nextExpiryEpochMs = Number.POSITIVE_INFINITY;
    for (const cookie of all(rules)) {
      const expiry = expiryOf(cookie);
      if (expiry !== undefined && expiry > now)
        this.#nextExpiryEpochMs = Math.min(this.#nextExpiryEpochMs, expiry);
    }
  }
}

// tough-cookie throws for some hosts that can have no cookies, such as a bare special-use name (RFC 6761).
function cookieString(rules: Rules, url: string): string {
  try {
    return rules.jar.getCookieStringSync(url);
  } catch {
    return '';
  }
}

function all(rules: Rules): Cookie[] {
  let found: Cookie[] = [];
  // tough-cookie's memory store answers before it returns.
  rules.store.getAllCookies((_error, cookies) => {
    found = cookies ?? [];
  });
  return found;
}
