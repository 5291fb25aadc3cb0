/**
 * A private HTTP cache (RFC 9111) as a transport around another: it answers what it may, and keeps what it may. It sits below redirects,
 * cookies and decoding, so bodies are kept as they came, and above connections. The rules are in protocol/cache-policy.ts; this file
 * moves bytes between a store, the network and the caller.
 */
import { currentLoop } from '@oxbow/loop';
import { hasField, type RawHeaders, rawField } from '../header-fields.ts';
import type { Transport, TransportCall, TransportHandler, TransportRequest } from '../transport/transport.ts';
import { CacheCall } from './cache-call.ts';
import type { CacheStore } from './cache-store.ts';
import { askStore, ignore, Passing } from './passing.ts';

/** Settings of a cache. */
export interface CacheOptions {
  /** Where responses are kept. Default a MemoryCacheStore. */
  readonly store?: CacheStore | undefined;
  /** Bytes of a body, as it comes, beyond which it is not kept. Default 5 MiB. */
  readonly maxEntryBytes?: number | undefined;
}

/** How large a kept body may be, in bytes. */
export const DEFAULT_MAX_ENTRY_BYTES: number = 5 * 1024 * 1024;

/** Methods that change nothing (RFC 9110 §9.2.1). */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
/** Fields by which the caller does the cache's work, or asks for a part: such requests pass it by. */
const BYPASSING = [
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'range',
];

/** A cache around a transport. */
export class CacheTransport implements Transport {
  readonly #inner: Transport;
  readonly #store: CacheStore;
  readonly #maxEntryBytes: number;

  /** Neither is closed with the cache: both may be shared. */
  constructor(inner: Transport, store: CacheStore, maxEntryBytes: number = DEFAULT_MAX_ENTRY_BYTES) {
    this.#inner = inner;
    this.#store = store;
    this.#maxEntryBytes = maxEntryBytes;
  }

  dispatch(request: TransportRequest, handler: TransportHandler): TransportCall {
    const { method, headers } = request;
    if (method === 'GET' && request.body === null && !BYPASSING.some((name) => hasField(headers, name))) {
      const call = new CacheCall(this.#inner, this.#store, this.#maxEntryBytes, request, handler);
      call.start();
      return call;
    }
    if (SAFE_METHODS.has(method)) return this.#inner.dispatch(request, handler);
    return this.#inner.dispatch(request, new Invalidating(this.#store, request, handler));
  }

  async close(): Promise<void> {}
}

/** A request that changes something: what is kept of its URL is forgotten when it succeeds (RFC 9111 §4.4). */
class Invalidating extends Passing {
  readonly #loop = currentLoop();
  readonly #store: CacheStore;
  readonly #request: TransportRequest;

  constructor(store: CacheStore, request: TransportRequest, handler: TransportHandler) {
    super(handler);
    this.#store = store;
    this.#request = request;
  }

  override onResponseStart(status: number, headers: RawHeaders, statusText: string): void {
    if (status < 400) {
      const url = this.#request.origin + this.#request.path;
      const places = [url, rawField(headers, 'location'), rawField(headers, 'content-location')];
      for (const place of places) {
        if (place === undefined || !URL.canParse(place, url)) continue;
        const parsed = new URL(place, url);
        parsed.hash = '';
        // Of another origin nobody may forget anything.
        if (parsed.origin === this.#request.origin) this.#forget(parsed.href);
      }
    }
    super.onResponseStart(status, headers, statusText);
  }

  #forget(url: string): void {
    askStore(this.#loop, this.#store, () => this.#store.delete(url)).catch(ignore);
  }
}
