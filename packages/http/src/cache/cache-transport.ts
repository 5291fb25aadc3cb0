/**
 * A private HTTP cache (RFC 9111) as a transport around another: what it may answer it answers, what it may keep it keeps. It sits below
 * redirects, cookies and decoding, so bodies are kept as they came, and above connections.
 * The rules are in protocol/cache-policy.ts; this file moves bytes between a store, the network and whoever asked.
 */
import { currentLoop, type EventLoop } from '@oxbow/loop';
import { epochMsOf } from '../epoch.ts';
import { type HeaderFields, hasField, type RawHeaders, rawField } from '../header-fields.ts';
import {
  ageMs,
  type CacheDirectives,
  isStorable,
  judge,
  maySubstitute,
  parseCacheControl,
} from '../protocol/cache-policy.ts';
import type {
  ConnectionInfo,
  Transport,
  TransportCall,
  TransportHandler,
  TransportRequest,
} from '../transport/transport.ts';
import { callUserOn } from '../user-call.ts';
import { type CacheEntry, type CacheStore, MemoryCacheStore } from './cache-store.ts';
import { cachedFacts, freshened } from './cached-facts.ts';

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

function fieldOf(fields: HeaderFields, lowerName: string): string | undefined {
  const values: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i]?.toLowerCase() === lowerName) values.push(fields[i + 1] ?? '');
  }
  return values.length === 0 ? undefined : values.join(', ');
}

function directivesOf(fields: HeaderFields): CacheDirectives {
  const control = fieldOf(fields, 'cache-control');
  // RFC 9111 §5.4: Pragma counts for those who know nothing else.
  const pragma = control === undefined ? fieldOf(fields, 'pragma') : undefined;
  return parseCacheControl(control ?? (pragma?.includes('no-cache') === true ? 'no-cache' : undefined));
}

function varyOf(headers: RawHeaders): string[] {
  return (rawField(headers, 'vary') ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Whether an entry was kept for a request like this (RFC 9111 §4.1). */
function matches(entry: CacheEntry, fields: HeaderFields): boolean {
  return Object.entries(entry.vary).every(([name, value]) => (fieldOf(fields, name) ?? null) === value);
}

/** Fields that tell of a connection (RFC 9111 §3.1), and cookies: kept, they would be set again with every hit. */
const NOT_KEPT: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

function keptFields(headers: RawHeaders): RawHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_KEPT.has(name)));
}

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

/** Passes a response on. */
class Passing implements TransportHandler {
  protected readonly handler: TransportHandler;

  constructor(handler: TransportHandler) {
    this.handler = handler;
  }

  onConnected(connection: ConnectionInfo): void {
    this.handler.onConnected(connection);
  }
  onRequestStart(): void {
    this.handler.onRequestStart();
  }
  onBodySent(): void {
    this.handler.onBodySent();
  }
  onRequestSent(): void {
    this.handler.onRequestSent();
  }
  onResponseStart(status: number, headers: RawHeaders, statusText: string): void {
    this.handler.onResponseStart(status, headers, statusText);
  }
  onResponseData(chunk: Buffer): void {
    this.handler.onResponseData(chunk);
  }
  onResponseEnd(trailers: RawHeaders): void {
    this.handler.onResponseEnd(trailers);
  }
  onResponseError(error: Error): void {
    this.handler.onResponseError(error);
  }
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

/** A store of the user's runs as he expects, also after its first wait; the one in memory waits for nothing. */
function askStore<T>(loop: EventLoop, store: CacheStore, call: () => Promise<T>): Promise<T> {
  return store instanceof MemoryCacheStore ? call() : callUserOn(loop, call, 'a cache store');
}

// A store that fails costs a hit, never an answer.
function ignore(): void {}

/** One GET through the cache. */
class CacheCall extends Passing implements TransportCall {
  readonly #loop = currentLoop();
  readonly #inner: Transport;
  readonly #store: CacheStore;
  readonly #maxEntryBytes: number;
  readonly #request: TransportRequest;
  readonly #directives: CacheDirectives;
  readonly #url: string;
  /** What is kept and asked about. */
  #entry: CacheEntry | undefined;
  #call: TransportCall | undefined;
  #over = false;
  #requestEpochMs = 0;
  #head: Omit<CacheEntry, 'body' | 'url' | 'vary'> | undefined;
  #chunks: Buffer[] | undefined;
  #bytes = 0;
  /** The network's answer is not passed on: the entry stands for it. */
  #isAnswered = false;

  constructor(
    inner: Transport,
    store: CacheStore,
    maxEntryBytes: number,
    request: TransportRequest,
    handler: TransportHandler,
  ) {
    super(handler);
    this.#inner = inner;
    this.#store = store;
    this.#maxEntryBytes = maxEntryBytes;
    this.#request = request;
    this.#directives = directivesOf(request.headers);
    this.#url = request.origin + request.path;
  }

  start(): void {
    this.#onStore(() => this.#store.get(this.#url)).then(
      (entries) => this.#soon(() => this.#onEntries(entries)),
      () => this.#soon(() => this.#onEntries([])),
    );
  }

  /** Milliseconds since 1970 on the clock of the loop: a virtual one lets what is kept grow old. */
  #epochMs(): number {
    return epochMsOf(this.#loop);
  }

  // A promise's callbacks run on no loop, and what the transport below does belongs to the one of the request.
  #soon(next: () => void): void {
    if (this.#loop.closed) next();
    else this.#loop.callSoon(next);
  }

  #onStore<T>(call: () => Promise<T>): Promise<T> {
    return askStore(this.#loop, this.#store, call);
  }

  abort(): void {
    this.#over = true;
    this.#call?.abort();
  }
  pause(): void {
    this.#call?.pause();
  }
  resume(): void {
    this.#call?.resume();
  }

  #onEntries(entries: readonly CacheEntry[]): void {
    if (this.#over) return;
    const fitting = entries.filter((entry) => matches(entry, this.#request.headers));
    const entry = fitting.sort((a, b) => b.responseEpochMs - a.responseEpochMs)[0];
    const nowEpochMs = this.#epochMs();
    const verdict =
      entry === undefined ? 'revalidate' : judge(this.#directives, cachedFacts(entry), nowEpochMs);
    if (entry !== undefined && verdict !== 'revalidate') {
      if (verdict === 'stale-while-revalidate') this.#refresh(entry);
      this.#answer(entry);
    } else if (this.#directives.has('only-if-cached')) {
      // RFC 9111 §5.2.1.7
      this.handler.onRequestStart();
      this.handler.onRequestSent();
      this.handler.onResponseStart(504, {}, 'Gateway Timeout');
      if (!this.#over) this.handler.onResponseEnd({});
    } else {
      this.#ask(entry);
    }
  }

  /** Asks in the background; whoever asked has the stale answer. */
  #refresh(entry: CacheEntry): void {
    const call = new CacheCall(this.#inner, this.#store, this.#maxEntryBytes, this.#request, NOBODY);
    call.#ask(entry);
  }

  #ask(entry: CacheEntry | undefined): void {
    this.#entry = entry;
    this.#requestEpochMs = this.#epochMs();
    const call = this.#inner.dispatch(
      entry === undefined ? this.#request : conditional(this.#request, entry),
      this,
    );
    if (!this.#over) this.#call = call;
  }

  /** Gives a kept response. */
  #answer(entry: CacheEntry): void {
    const { handler } = this;
    this.#isAnswered = true;
    this.#call = undefined;
    if (this.#over) return;
    if (this.#requestEpochMs === 0) {
      handler.onRequestStart();
      handler.onRequestSent();
    }
    const age = String(Math.floor(ageMs(cachedFacts(entry), this.#epochMs()) / 1000));
    handler.onResponseStart(entry.status, { ...entry.headers, age }, entry.statusText);
    // A copy: the reader owns what it is given.
    if (!this.#over && entry.body.length > 0) handler.onResponseData(Buffer.from(entry.body));
    if (!this.#over) handler.onResponseEnd({});
    this.#over = true;
  }

  override onResponseStart(status: number, headers: RawHeaders, statusText: string): void {
    const responseEpochMs = this.#epochMs();
    const entry = this.#entry;
    if (entry !== undefined && status === 304) {
      const fresh = freshened(entry, headers, this.#requestEpochMs, responseEpochMs);
      this.#onStore(() => this.#store.put(fresh)).catch(ignore);
      this.#entry = fresh;
      return;
    }
    if (
      entry !== undefined &&
      status >= 500 &&
      maySubstitute(this.#directives, cachedFacts(entry), responseEpochMs)
    ) {
      const call = this.#call;
      this.#answer(entry);
      call?.abort();
      return;
    }
    this.#entry = undefined;
    const head = {
      status,
      statusText,
      headers: keptFields(headers),
      requestEpochMs: this.#requestEpochMs,
      responseEpochMs,
    };
    const request = {
      directives: this.#directives,
      hasAuthorization: hasField(this.#request.headers, 'authorization'),
    };
    if (isStorable(request, cachedFacts(head), rawField(headers, 'vary'))) {
      this.#head = head;
      this.#chunks = [];
    }
    super.onResponseStart(status, headers, statusText);
  }

  override onResponseData(chunk: Buffer): void {
    if (this.#isAnswered || this.#entry !== undefined) return;
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxEntryBytes) this.#chunks = undefined;
    else this.#chunks?.push(Buffer.from(chunk));
    super.onResponseData(chunk);
  }

  override onResponseEnd(trailers: RawHeaders): void {
    if (this.#isAnswered) return;
    if (this.#entry !== undefined) {
      this.#answer(this.#entry);
      return;
    }
    if (this.#head !== undefined && this.#chunks !== undefined)
      this.#keep(this.#head, Buffer.concat(this.#chunks));
    this.#over = true;
    super.onResponseEnd(trailers);
  }

  override onResponseError(error: Error): void {
    if (this.#isAnswered) return;
    const entry = this.#entry;
    if (entry !== undefined && maySubstitute(this.#directives, cachedFacts(entry), this.#epochMs())) {
      this.#answer(entry);
      return;
    }
    this.#over = true;
    super.onResponseError(error);
  }

  #keep(head: Omit<CacheEntry, 'body' | 'url' | 'vary'>, body: Buffer): void {
    const vary: Record<string, string | null> = {};
    for (const name of varyOf(head.headers)) vary[name] = fieldOf(this.#request.headers, name) ?? null;
    const entry = { ...head, url: this.#url, vary, body };
    this.#onStore(() => this.#store.put(entry)).catch(ignore);
  }
}

/** Nobody waits for it. */
const NOBODY: TransportHandler = {
  onConnected: ignore,
  onRequestStart: ignore,
  onBodySent: ignore,
  onRequestSent: ignore,
  onResponseStart: ignore,
  onResponseData: ignore,
  onResponseEnd: ignore,
  onResponseError: ignore,
};

/** The request with the validators of what is kept (RFC 9111 §4.3.1). */
function conditional(request: TransportRequest, entry: CacheEntry): TransportRequest {
  const headers = [...request.headers];
  const etag = rawField(entry.headers, 'etag');
  const modified = rawField(entry.headers, 'last-modified');
  if (etag !== undefined) headers.push('if-none-match', etag);
  if (modified !== undefined) headers.push('if-modified-since', modified);
  const { origin, path, method, guard } = request;
  return { origin, path, method, headers, body: null, guard };
}
