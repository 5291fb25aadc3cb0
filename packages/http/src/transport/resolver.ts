/**
 * Turns host names into addresses: getaddrinfo (or the lookup a user gives) behind a small cache.
 * One lookup serves all who ask at the same time; the cache is bounded and forgets quickly, since getaddrinfo tells no TTL.
 * Does not judge addresses (guard/), nor connect (connector.ts).
 */
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP } from 'node:net';
import { currentLoop } from '@oxbow/loop';

/** A resolved address: a literal and its family. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** A resolver of the user's: the form of `dns.lookup` with `{ all: true }`. */
export type LookupFunction = (
  hostname: string,
  options: { readonly all: true },
  callback: (error: Error | null, addresses: readonly { address: string; family: number }[]) => void,
) => void;

/** Called once with the addresses, in the order to try them, or with the resolver's error. */
export type ResolveCallback = (error: Error | undefined, addresses: readonly ResolvedAddress[]) => void;

/** Names remembered at once. */
export const MAX_CACHED_NAMES = 1000;
/** How long an answer is used unless it is said: long enough for a burst of connections, short enough for a moving service. */
export const NAME_TTL_MS = 10_000;
/** Addresses taken from one answer; a guard is asked for each of them. */
export const MAX_ADDRESSES = 32;

interface CachedName {
  readonly addresses: readonly ResolvedAddress[];
  readonly expiresMs: number;
}

const defaultLookup: LookupFunction = (hostname, options, callback) => {
  systemLookup(hostname, options, (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) =>
    callback(error, addresses ?? []),
  );
};

function validAddresses(given: unknown): ResolvedAddress[] {
  const valid: ResolvedAddress[] = [];
  if (!Array.isArray(given)) return valid;
  for (const entry of given.slice(0, MAX_ADDRESSES) as { address?: unknown }[]) {
    const address = typeof entry?.address === 'string' ? entry.address : '';
    const family = isIP(address);
    if (family === 4 || family === 6) valid.push({ address, family });
  }
  return valid;
}

/** A caching resolver. Every transport has its own. */
export class Resolver {
  readonly #lookup: LookupFunction;
  readonly #ttlMs: number;
  readonly #cache = new Map<string, CachedName>();
  readonly #waiting = new Map<string, ResolveCallback[]>();

  /** @param ttlMs how long an answer is used, on the clock of the loop; 0 asks every time */
  constructor(lookup: LookupFunction = defaultLookup, ttlMs: number = NAME_TTL_MS) {
    this.#lookup = lookup;
    this.#ttlMs = ttlMs;
  }

  /** Resolves a name; for a cached one the callback is called at once. There is no cancelling: ignore the answer. */
  resolve(hostname: string, callback: ResolveCallback): void {
    const known = this.#cache.get(hostname);
    if (known !== undefined) {
      if (known.expiresMs > currentLoop().time()) {
        callback(undefined, known.addresses);
        return;
      }
      this.#cache.delete(hostname);
    }
    const waiting = this.#waiting.get(hostname);
    if (waiting !== undefined) {
      waiting.push(callback);
      return;
    }
    this.#waiting.set(hostname, [callback]);
    try {
      this.#lookup(hostname, { all: true }, (error, addresses) =>
        this.#answer(hostname, error ?? undefined, addresses),
      );
    } catch (error) {
      this.#answer(hostname, error instanceof Error ? error : new Error(String(error)), []);
    }
  }

  #answer(hostname: string, error: Error | undefined, given: unknown): void {
    const waiting = this.#waiting.get(hostname);
    if (waiting === undefined) return;
    this.#waiting.delete(hostname);
    const addresses = error === undefined ? validAddresses(given) : [];
    const failure = error ?? (addresses.length === 0 ? new Error(`no address for ${hostname}`) : undefined);
    if (failure === undefined && this.#ttlMs > 0) this.#remember(hostname, addresses);
    for (const callback of waiting) callback(failure, addresses);
  }

  #remember(hostname: string, addresses: readonly ResolvedAddress[]): void {
    if (this.#cache.size >= MAX_CACHED_NAMES) {
      const oldest = this.#cache.keys().next();
      if (!oldest.done) this.#cache.delete(oldest.value);
    }
    this.#cache.set(hostname, { addresses, expiresMs: currentLoop().time() + this.#ttlMs });
  }
}
