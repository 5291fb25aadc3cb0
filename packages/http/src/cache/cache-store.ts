/**
 * Where kept responses live: an asynchronous interface, and the store in memory. A store keeps and gives back entries; what they are
 * good for is decided by the policy.
 */
import { checkOptions } from '@oxbow/loop/lowlevel';
import { InvalidRequestError } from '../errors.ts';
import type { RawHeaders } from '../header-fields.ts';

/** One kept response. */
export interface CacheEntry {
  /** The URL, without fragment. */
  readonly url: string;
  /** The request's fields that Vary names, by lower-case name; `null` for one it did not have. */
  readonly vary: Readonly<Record<string, string | null>>;
  readonly status: number;
  readonly statusText: string;
  readonly headers: RawHeaders;
  /** As it came over the wire, still encoded. */
  readonly body: Uint8Array;
  readonly requestEpochMs: number;
  readonly responseEpochMs: number;
}

/** Keeps responses. A failing store costs the answer nothing: the request goes to the network. */
export interface CacheStore {
  /** Everything kept for a URL. */
  get(url: string): Promise<readonly CacheEntry[]>;
  /** Keeps an entry in place of the one with the same URL and the same `vary`. */
  put(entry: CacheEntry): Promise<void>;
  /** Forgets everything of a URL. */
  delete(url: string): Promise<void>;
  /** Frees what the store holds open. */
  close?(): Promise<void>;
}

/** Bounds of a {@link MemoryCacheStore}. */
export interface MemoryCacheOptions {
  /** Bytes of bodies kept; the least recently used make room. Default 64 MiB. */
  readonly maxBytes?: number | undefined;
  /** Entries kept. Default 10,000. */
  readonly maxEntries?: number | undefined;
}

/** The defaults of {@link MemoryCacheOptions}. */
export const MEMORY_CACHE_DEFAULTS: { readonly maxBytes: number; readonly maxEntries: number } =
  Object.freeze({
    maxBytes: 64 * 1024 * 1024,
    maxEntries: 10_000,
  });

/** Bounds of a store, over its defaults. @throws {UsageError} {InvalidRequestError} */
export function cacheBounds<T extends Readonly<Record<string, number>>>(
  given: { readonly [K in keyof T]?: number | undefined },
  defaults: T,
  where: string,
): T {
  checkOptions(given, Object.keys(defaults), where);
  const bounds: Record<string, number> = { ...defaults };
  for (const name of Object.keys(given)) {
    const value = (given as Record<string, number | undefined>)[name];
    if (value === undefined) continue;
    if (value !== Number.POSITIVE_INFINITY && !(Number.isInteger(value) && value >= 0)) {
      const message = `${where}: ${name} must be a whole number of 0 or more, got ${String(value)}`;
      throw new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_OPTION', message);
    }
    bounds[name] = value;
  }
  return bounds as unknown as T;
}

/** Whether two entries answer the same requests. */
export function isSameVariant(a: CacheEntry, b: CacheEntry): boolean {
  return JSON.stringify(Object.entries(a.vary).sort()) === JSON.stringify(Object.entries(b.vary).sort());
}

/**
 * Keeps responses as long as the object lives, the least recently used first out.
 *
 * @example
 * ```ts
 * import { MemoryCacheStore, Session } from '@oxbow/http';
 *
 * const session = new Session({ cache: new MemoryCacheStore({ maxBytes: 1 << 20 }) });
 * await session.close();
 * ```
 */
export class MemoryCacheStore implements CacheStore {
  readonly #maxBytes: number;
  readonly #maxEntries: number;
  /** In order of last use. */
  readonly #urls = new Map<string, CacheEntry[]>();
  #bytes = 0;
  #entries = 0;

  /** @throws {UsageError} for an unknown option. @throws {InvalidRequestError} for a bound that is none. */
  constructor(options: MemoryCacheOptions = {}) {
    const { maxBytes, maxEntries } = cacheBounds(options, MEMORY_CACHE_DEFAULTS, 'MemoryCacheStore');
    this.#maxBytes = maxBytes;
    this.#maxEntries = maxEntries;
  }

  /** How much is kept. */
  statistics(): { readonly entries: number; readonly bytes: number } {
    return Object.freeze({ entries: this.#entries, bytes: this.#bytes });
  }

  async get(url: string): Promise<readonly CacheEntry[]> {
    const entries = this.#urls.get(url);
    if (entries === undefined) return [];
    this.#urls.delete(url);
    this.#urls.set(url, entries);
    return [...entries];
  }

  async put(entry: CacheEntry): Promise<void> {
    const others = (this.#urls.get(entry.url) ?? []).filter((one) => !isSameVariant(one, entry));
    await this.delete(entry.url);
    if (entry.body.length > this.#maxBytes) return;
    const entries = [entry, ...others];
    this.#urls.set(entry.url, entries);
    for (const one of entries) this.#bytes += one.body.length;
    this.#entries += entries.length;
    for (const url of this.#urls.keys()) {
      if (this.#bytes <= this.#maxBytes && this.#entries <= this.#maxEntries) return;
      // One URL may hold more variants than there is room for: its oldest go.
      if (url === entry.url) this.#dropVariants(entries);
      else await this.delete(url);
    }
  }

  async delete(url: string): Promise<void> {
    const entries = this.#urls.get(url);
    if (entries === undefined) return;
    this.#urls.delete(url);
    for (const one of entries) this.#bytes -= one.body.length;
    this.#entries -= entries.length;
  }

  #dropVariants(entries: CacheEntry[]): void {
    while (entries.length > 1 && (this.#bytes > this.#maxBytes || this.#entries > this.#maxEntries)) {
      this.#bytes -= entries.pop()?.body.length ?? 0;
      this.#entries--;
    }
  }
}
