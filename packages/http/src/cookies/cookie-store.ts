/**
 * Where cookies live between sessions: an asynchronous interface, and the store that only remembers.
 * A store keeps and gives back records; what they mean is decided by the jar.
 */

/** One cookie as it is kept (RFC 6265 §5.3). Host-only and domain cookies stay what they are through any store. */
export interface StoredCookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly path: string;
  /** True: for exactly this host; false: for its subdomains too. */
  readonly hostOnly: boolean;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: string | undefined;
  /** Milliseconds since 1970; `undefined` for a session cookie. */
  readonly expiresEpochMs: number | undefined;
  readonly createdEpochMs: number;
}

/** Keeps cookies. Domain, path and name together name one cookie. Calls come one after the other, never at the same time. */
export interface CookieStore {
  /** Every cookie kept; called once, before the first request. */
  load(): Promise<readonly StoredCookie[]>;
  /** Adds a cookie, or replaces the one of the same domain, path and name. */
  put(cookie: StoredCookie): Promise<void>;
  remove(domain: string, path: string, name: string): Promise<void>;
}

/** Remembers cookies as long as the object lives. */
export class MemoryCookieStore implements CookieStore {
  readonly #cookies = new Map<string, StoredCookie>();

  async load(): Promise<readonly StoredCookie[]> {
    return [...this.#cookies.values()];
  }

  async put(cookie: StoredCookie): Promise<void> {
    this.#cookies.set(JSON.stringify([cookie.domain, cookie.path, cookie.name]), cookie);
  }

  async remove(domain: string, path: string, name: string): Promise<void> {
    this.#cookies.delete(JSON.stringify([domain, path, name]));
  }
}
