/**
 * A session: what requests have in common. It prepares them and shares out its slots; each request then goes its own way
 * (exchange.ts), over the session's transport.
 */

import type { ServerSentEvent } from '@oxbow/codec/sse';
import { currentLoop, currentTask } from '@oxbow/loop';
import { Backoff, type BackoffOptions } from '@oxbow/loop/backoff';
import { LinkedList } from '@oxbow/loop/structures';
import type { Stream, StreamInput } from '@oxbow/stream';
import { abandonBody } from '../body/upload.ts';
import { CookieJar } from '../cookies/cookie-jar.ts';
import { InvalidRequestError, SessionClosedError } from '../errors.ts';
import { RETRY_DEFAULTS } from '../policy/retry.ts';
import { Safeguards } from '../resilience/safeguards.ts';
import { UndiciTransport } from '../transport/undici-transport.ts';
import { Admission } from './admission.ts';
import { cachedTransport } from './cache-option.ts';
import { eventSource } from './event-source.ts';
import type { Exchange, ExchangeGround } from './exchange.ts';
import { type MapOptions, mapUrls } from './map.ts';
import { type Middleware, type OutgoingRequest, runMiddleware } from './middleware.ts';
import { DEFAULT_MAX_PAGES, type NextPage, nextByLink, pagesOf } from './pages.ts';
import { headersOf, Preparation } from './preparation.ts';
import { type Again, Request } from './request.ts';
import { headerFields, mergeFields } from './request-headers.ts';
import type { RequestOptions } from './request-options.ts';
import type { Response } from './response.ts';
import {
  backoffOf,
  ownOptions,
  positiveInteger,
  resolveLimits,
  SESSION_DEFAULTS,
  type SessionOptions,
  sessionOptions,
  transportOptions,
} from './session-options.ts';
import { noCounts, type SessionStatistics } from './statistics.ts';

function jarOf(cookies: SessionOptions['cookies']): CookieJar | undefined {
  if (cookies === false) return undefined;
  if (cookies === undefined || cookies === true) return new CookieJar();
  return cookies instanceof CookieJar ? cookies : new CookieJar(cookies);
}

/** Options of {@link Session.events}: its own, and those of a request without a body. */
export interface EventSourceOptions
  extends Omit<RequestOptions, 'body' | 'json' | 'form' | 'msgpack' | 'file' | 'retry'> {
  /** Where to begin, as an earlier stream's last event had it. */
  readonly lastEventId?: string | undefined;
  /** Waits between connections that brought nothing. Default from 1 s to 30 s, without end. */
  readonly reconnect?: BackoffOptions | undefined;
}

/** Options of {@link Session.pages}: its own, and those of every request. */
export interface PagesOptions extends Omit<RequestOptions, 'body' | 'json' | 'form' | 'msgpack' | 'file'> {
  /** Pages at most. Default 10,000. */
  readonly maxPages?: number | undefined;
  /** Where the next page is, `undefined` for nowhere. Default: the link `rel=next`. */
  readonly next?: NextPage | undefined;
}

/** HTML §9.2.2 leaves the first wait to the client; browsers take a few seconds. */
const EVENT_BACKOFF: Backoff = new Backoff({ baseMs: 1_000, maxMs: 30_000 });

/**
 * Requests that share connections, cookies, credentials and limits. Close it when it is no longer used; one made inside `run()` is
 * closed at its end.
 *
 * @example
 * ```ts
 * import { Session } from '@oxbow/http';
 *
 * const session = new Session({ baseUrl: 'https://example.org/', timeouts: { totalMs: 5000 } });
 * const user = await session.get('users/1').json<{ name: string }>();
 * console.log(user.name);
 * await session.close();
 * ```
 */
export class Session implements AsyncDisposable {
  readonly #ground: ExchangeGround & { isClosed: boolean };
  readonly #preparation: Preparation;
  readonly #ownTransport: UndiciTransport | undefined;
  readonly #mapConcurrency: number;
  #middleware: readonly Middleware[] = [];
  readonly #forgetLoop: (() => void) | undefined;

  /**
   * @throws {UsageError} `ERR_OXBOW_UNKNOWN_OPTION`, naming the nearest known one.
   * @throws {InvalidRequestError} for a value that cannot be right.
   */
  constructor(options: SessionOptions = {}) {
    const own = sessionOptions(options);
    const ofTransport = transportOptions(own);
    const limits = resolveLimits(own.limits);
    const safeguards = new Safeguards(own, limits.maxQueued);
    this.#preparation = new Preparation(own, safeguards.hedge);
    this.#ownTransport = own.transport === undefined ? new UndiciTransport(ofTransport) : undefined;
    this.#mapConcurrency = Math.min(limits.perOrigin, SESSION_DEFAULTS.limits.perOrigin);
    this.#ground = {
      admission: new Admission(limits),
      transport: cachedTransport(own.transport ?? (this.#ownTransport as UndiciTransport), own.cache),
      jar: jarOf(own.cookies),
      isClosed: false,
      open: new LinkedList<Exchange>(),
      safeguards,
      counts: noCounts(),
    };
    // Made inside run(), it is closed with it at the latest.
    this.#forgetLoop = currentTask() === undefined ? undefined : currentLoop().onClose(() => this.close());
  }

  /** The session's cookies; `undefined` with `cookies: false`. */
  get cookies(): CookieJar | undefined {
    return this.#ground.jar;
  }

  get closed(): boolean {
    return this.#ground.isClosed;
  }

  get(url: string | URL, options?: RequestOptions): Request {
    return this.#send('GET', url, options, undefined, () => this.#againFor(url, options));
  }

  head(url: string | URL, options?: RequestOptions): Request {
    return this.#send('HEAD', url, options);
  }

  post(url: string | URL, options?: RequestOptions): Request {
    return this.#send('POST', url, options);
  }

  put(url: string | URL, options?: RequestOptions): Request {
    return this.#send('PUT', url, options);
  }

  patch(url: string | URL, options?: RequestOptions): Request {
    return this.#send('PATCH', url, options);
  }

  delete(url: string | URL, options?: RequestOptions): Request {
    return this.#send('DELETE', url, options);
  }

  options(url: string | URL, options?: RequestOptions): Request {
    return this.#send('OPTIONS', url, options);
  }

  /**
   * Sends any method but CONNECT. The request goes out on the next turn of the loop; input that cannot become a request fails
   * the returned future and sends nothing.
   */
  request(method: string, url: string | URL, options?: RequestOptions): Request {
    return this.#send(method, url, options);
  }

  /**
   * Requests each URL and gives the responses as they come. URLs are pulled only when a slot is free, so any number of them
   * takes constant memory; each response holds its slot until its body is read or discarded.
   */
  map(urls: StreamInput<string | URL>, options: MapOptions = {}): Stream<Response> {
    const { concurrency = this.#mapConcurrency, perOrigin, onFailure, ...request } = options;
    const limit = perOrigin === undefined ? undefined : positiveInteger(perOrigin, 'perOrigin');
    const send = (url: string | URL): Request => this.#send('GET', url, request, limit);
    return mapUrls(urls, concurrency, send, onFailure);
  }

  /**
   * Server-sent events over as many connections as it takes: after the end of one, or a failure, the next begins where it stopped
   * (Last-Event-ID). It ends when the server answers 204, and fails for any other bad status or type. Leaving it closes the connection.
   */
  events(url: string | URL, options: EventSourceOptions = {}): Stream<ServerSentEvent> {
    const { lastEventId = '', reconnect, ...given } = ownOptions(options);
    const backoff = backoffOf(reconnect ?? {}, EVENT_BACKOFF, 'reconnect');
    const own = headerFields(given.headers);
    const connect = (headers: Readonly<Record<string, string>>): Request => {
      const fields = mergeFields(headerFields(headers), own);
      return this.#send('GET', url, { retry: false, ...given, headers: headersOf(fields) });
    };
    return eventSource(connect, { backoff, statuses: RETRY_DEFAULTS.statuses, lastEventId });
  }

  /**
   * Pages one after the other: each response gives the link to the next, in the field Link (`rel=next`) or by `next`. A page is of the
   * origin of the first. The next is asked for when the loop goes on; what is unread of the last one's body is discarded then.
   */
  pages(url: string | URL, options: PagesOptions = {}): AsyncGenerator<Response, void, undefined> {
    const { maxPages = DEFAULT_MAX_PAGES, next = nextByLink, ...request } = ownOptions(options);
    const limit = positiveInteger(maxPages, 'maxPages');
    const get = (page: string | URL): Request =>
      this.#send('GET', page, page === url ? request : { ...request, query: undefined });
    return pagesOf(url, get, next, limit);
  }

  /**
   * Puts a function around every request from now on: to sign, log, or send again what came back with 401. The first one used is the
   * outermost. It sees a request once, with its redirects and retries inside.
   *
   * @returns takes it out again
   */
  use(middleware: Middleware): () => void {
    if (typeof middleware !== 'function') {
      const message = `use() takes a function (request, next) that returns a response, not ${typeof middleware}`;
      throw new InvalidRequestError('ERR_OXBOW_HTTP_MIDDLEWARE', message);
    }
    const entry: Middleware = (request, next) => middleware(request, next);
    this.#middleware = [...this.#middleware, entry];
    return () => {
      this.#middleware = this.#middleware.filter((one) => one !== entry);
    };
  }

  /** Numbers of this moment, and counts since the session was made. */
  statistics(): SessionStatistics {
    const { admission, open, safeguards, counts } = this.#ground;
    const nowMs = currentLoop().time();
    const origins = [...admission.origins].map((slots) =>
      Object.freeze({
        origin: slots.origin,
        active: slots.active,
        queued: slots.queue.size,
        limit: admission.limitOf(slots),
        breaker: safeguards.peek(slots.origin)?.breaker?.stateAt(nowMs),
      }),
    );
    return Object.freeze({
      active: admission.active,
      queued: admission.queued,
      paced: safeguards.waiting,
      open: open.size,
      ...counts,
      connections: this.#ownTransport?.statistics(),
      origins: Object.freeze(origins),
    });
  }

  /** Ends the session: open requests fail with SessionClosedError, connections are closed, cookies are written. Idempotent. */
  async close(): Promise<void> {
    const ground = this.#ground;
    ground.isClosed = true;
    this.#forgetLoop?.();
    for (const exchange of ground.open.toArray()) exchange.abort(new SessionClosedError());
    await this.#ownTransport?.close();
    await ground.jar?.flush();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** How a download is asked for again, or a part of it. */
  #againFor(url: string | URL, options: RequestOptions | undefined): Again {
    const given = headerFields(options?.headers);
    return {
      retry: this.#preparation.planOf(options).retry,
      send: (headers) => {
        const fields = mergeFields(given, headerFields(headers));
        return this.#send('GET', url, { ...options, decompress: false, headers: headersOf(fields) });
      },
    };
  }

  #send(
    method: string,
    url: string | URL,
    options: RequestOptions | undefined,
    perOrigin?: number,
    again?: () => Again,
  ): Request {
    try {
      const chain = this.#middleware;
      if (chain.length > 0) return this.#sendThrough(chain, method, url, options, perOrigin, again);
      if (this.#ground.isClosed) throw new SessionClosedError();
      const request = this.#preparation.prepare(method, url, options, perOrigin);
      return new Request({ ground: this.#ground, request }, again);
    } catch (error) {
      abandonBody(options?.body);
      return new Request({ error });
    }
  }

  #sendThrough(
    chain: readonly Middleware[],
    method: string,
    url: string | URL,
    given: RequestOptions | undefined,
    perOrigin: number | undefined,
    again: (() => Again) | undefined,
  ): Request {
    if (this.#ground.isClosed) throw new SessionClosedError();
    const request = this.#preparation.outgoing(method, url, given);
    const send = (changed: OutgoingRequest): Request => {
      const whole = { ...changed.options, headers: changed.headers };
      try {
        if (this.#ground.isClosed) throw new SessionClosedError();
        const prepared = this.#preparation.prepare(changed.method, changed.url, whole, perOrigin);
        // What a middleware took out stays out.
        return new Request({
          ground: this.#ground,
          request: { ...prepared, fields: headerFields(changed.headers) },
        });
      } catch (error) {
        abandonBody(changed.options.body);
        return new Request({ error });
      }
    };
    const wrap = (run: () => Promise<Response>): Request => new Request({ run });
    return new Request({ run: () => runMiddleware(chain, request, wrap, send) }, again);
  }
}
