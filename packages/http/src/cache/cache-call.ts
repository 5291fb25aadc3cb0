/**
 * One GET through the cache. It answers with the kept response, asks the server whether that still holds, or fetches a new one and
 * keeps it. Which of them is right is decided by protocol/cache-policy.ts.
 */
import { currentLoop } from '@oxbow/loop';
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
import type { Transport, TransportCall, TransportHandler, TransportRequest } from '../transport/transport.ts';
import type { CacheEntry, CacheStore } from './cache-store.ts';
import { cachedFacts, freshened } from './cached-facts.ts';
import { askStore, ignore, Passing } from './passing.ts';

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

/** One GET through the cache. */
export class CacheCall extends Passing implements TransportCall {
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

  /** Asks in the background; the caller has the stale answer. */
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
