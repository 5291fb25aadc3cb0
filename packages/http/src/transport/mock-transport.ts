/**
 * A transport that answers from a table, for tests: no sockets, and time from the loop, so a virtual clock drives it.
 * It behaves as a network does (turns of the loop between the events, pauses, aborts, silence in any phase). Everything above
 * the seam, from queue to decoding, is the real thing.
 */
import { isIP } from 'node:net';
import { currentLoop, type EventLoop, type Task, type TimerHandle } from '@oxbow/loop';
import { UploadStream } from '../body/upload-stream.ts';
import { BlockedAddressError, ConnectError, SessionClosedError, TransportError } from '../errors.ts';
import { isAllowed } from '../guard/address-guard.ts';
import { callUser } from '../user-call.ts';
import type { Transport, TransportCall, TransportHandler, TransportRequest } from './transport.ts';

/** A request as a mock saw it. */
export interface MockRequest {
  readonly method: string;
  /** Absolute, without fragment. */
  readonly url: string;
  /** Lower-case names; repeated fields are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The whole body, as text and as bytes. */
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** One answer. */
export interface MockReply {
  /** Default 200. */
  readonly status?: number | undefined;
  readonly statusText?: string | undefined;
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** An array arrives piece by piece, each on a turn of its own. */
  readonly body?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined;
  /** A body of JSON, with its Content-Type. */
  readonly json?: unknown;
  /** How long the headers take, in milliseconds. Default 0. */
  readonly delayMs?: number | undefined;
  /** How long each piece of body takes after the one before, in milliseconds. Default 0. */
  readonly pieceDelayMs?: number | undefined;
  /** Goes silent for good: without a connection, without an answer, or after the last piece of body. */
  readonly stall?: 'connect' | 'headers' | 'body' | undefined;
  /** Fails: before the headers, or after the body when there is one. */
  readonly error?: Error | undefined;
}

/** What answers: a reply, or a function that makes one. */
export type MockAnswer = MockReply | ((request: MockRequest) => MockReply | PromiseLike<MockReply>);

/** Which URLs: exactly this one, those that match, or those a function picks. */
export type MockUrl = string | RegExp | ((url: URL) => boolean);

/** Settings of a {@link MockTransport}. */
export interface MockTransportOptions {
  /** Addresses that names resolve to, for guards. A name that is not here passes every guard. */
  readonly addresses?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** Requests remembered; the oldest are forgotten. */
export const MAX_RECORDED_REQUESTS = 10_000;

interface Route {
  readonly method: string;
  readonly url: MockUrl;
  readonly answers: MockAnswer[];
}

/** One request being answered. */
class MockCall implements TransportCall {
  readonly #loop: EventLoop = currentLoop();
  readonly #handler: TransportHandler;
  readonly #done: (call: MockCall) => void;
  #timer: TimerHandle | undefined;
  #over = false;
  #paused = false;
  #waiting: (() => void) | undefined;
  /** The function of the user's that makes the answer. */
  #asking: Task<MockReply> | undefined;

  constructor(handler: TransportHandler, done: (call: MockCall) => void) {
    this.#handler = handler;
    this.#done = done;
  }

  get over(): boolean {
    return this.#over;
  }

  abort(): void {
    this.#over = true;
    this.#timer?.cancel();
    this.#asking?.cancel('the request is over');
    this.#asking = undefined;
    this.#done(this);
  }

  /** Lets a function of the user's answer: as a task on the loop of the request, so that a `sleep()` in it takes that loop's time. */
  ask(answer: Exclude<MockAnswer, MockReply>, request: MockRequest): Promise<MockReply> {
    return new Promise((resolve, reject) => {
      this.#later(0, () => {
        const asking = callUser(() => answer(request), 'a mock answer');
        this.#asking = asking;
        asking.then(resolve, reject);
      });
    });
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) this.#later(0, waiting);
  }

  fail(error: Error): void {
    // On a turn of the loop, like everything else a network reports.
    this.#later(0, () => {
      this.abort();
      this.#handler.onResponseError(error);
    });
  }

  /** Runs `next` after a time, unless the call is over by then. */
  #later(delayMs: number, next: () => void): void {
    this.#timer = this.#loop.callLater(delayMs, () => {
      if (!this.#over) next();
    });
  }

  answer(reply: MockReply): void {
    this.#asking = undefined;
    if (reply.stall === 'headers') return;
    this.#later(reply.delayMs ?? 0, () => {
      const pieces = piecesOf(reply);
      if (reply.error !== undefined && pieces.length === 0) {
        this.fail(reply.error);
        return;
      }
      this.#handler.onResponseStart(reply.status ?? 200, headersOf(reply), reply.statusText ?? '');
      if (!this.#over) this.#send(reply, pieces, 0);
    });
  }

  #send(reply: MockReply, pieces: readonly Buffer[], at: number): void {
    this.#later(at === pieces.length ? 0 : (reply.pieceDelayMs ?? 0), () => {
      if (this.#paused) {
        this.#waiting = () => this.#send(reply, pieces, at);
        return;
      }
      const piece = pieces[at];
      if (piece !== undefined) {
        this.#handler.onResponseData(piece);
        if (!this.#over) this.#send(reply, pieces, at + 1);
      } else if (reply.error !== undefined) {
        this.fail(reply.error);
      } else if (reply.stall !== 'body') {
        this.abort();
        this.#handler.onResponseEnd({});
      }
    });
  }
}

function piecesOf(reply: MockReply): Buffer[] {
  if (reply.json !== undefined) return [Buffer.from(JSON.stringify(reply.json))];
  const { body = [] } = reply;
  const pieces = typeof body === 'string' || body instanceof Uint8Array ? [body] : body;
  return pieces.map((piece) => Buffer.from(piece as string)).filter((piece) => piece.length > 0);
}

function headersOf(reply: MockReply): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  if (reply.json !== undefined) headers['content-type'] = 'application/json';
  for (const [name, value] of Object.entries(reply.headers ?? {})) {
    headers[name.toLowerCase()] = typeof value === 'string' ? value : [...value];
  }
  return headers;
}

async function recordRequest(request: TransportRequest): Promise<MockRequest> {
  const { body } = request;
  const chunks: Uint8Array[] = [];
  if (body instanceof UploadStream) for await (const chunk of body) chunks.push(chunk);
  else if (body !== null) chunks.push(Buffer.from(body as string));
  const bytes = Buffer.concat(chunks);
  const headers: Record<string, string> = {};
  for (let i = 0; i < request.headers.length; i += 2) {
    const name = (request.headers[i] ?? '').toLowerCase();
    const value = request.headers[i + 1] ?? '';
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  const url = request.origin + request.path;
  return Object.freeze({ method: request.method, url, headers, bytes, text: bytes.toString() });
}

function matches(route: Route, method: string, url: string): boolean {
  if (route.method !== '*' && route.method !== method) return false;
  if (typeof route.url === 'string') return new URL(route.url).href === new URL(url).href;
  return route.url instanceof RegExp ? route.url.test(url) : route.url(new URL(url));
}

/**
 * A transport for tests: `new Session({ transport: new MockTransport().on('GET', 'https://example.org/', { body: 'hello' }) })`.
 *
 * Routes are tried in the order they were added. A route with several answers gives them one after the other, the last one from
 * then on. A request no route matches fails with `ERR_OXBOW_HTTP_NO_MOCK`.
 *
 * @example
 * ```ts
 * import { MockTransport, Session } from '@oxbow/http';
 *
 * const mock = new MockTransport().on('GET', 'https://example.org/', { status: 503 }, { body: 'hello' });
 * const session = new Session({ transport: mock });
 * console.log(await session.get('https://example.org/').text()); // hello, after a retry
 * await session.close();
 * ```
 */
export class MockTransport implements Transport {
  readonly #routes: Route[] = [];
  readonly #requests: MockRequest[] = [];
  readonly #calls = new Set<MockCall>();
  readonly #addresses: Readonly<Record<string, readonly string[]>>;
  #closed = false;

  constructor(options: MockTransportOptions = {}) {
    this.#addresses = options.addresses ?? {};
  }

  /** Every request that was matched against the table, oldest first. */
  get requests(): readonly MockRequest[] {
    return this.#requests;
  }

  /** Requests being answered right now: 0 when everything was read, ended or aborted. */
  get active(): number {
    return this.#calls.size;
  }

  /** Adds a route: a method, or `'*'` for all. */
  on(method: string, url: MockUrl, ...answers: MockAnswer[]): this {
    this.#routes.push({ method: method.toUpperCase(), url, answers: answers.length === 0 ? [{}] : answers });
    return this;
  }

  dispatch(request: TransportRequest, handler: TransportHandler): TransportCall {
    const call = new MockCall(handler, (over) => this.#calls.delete(over));
    this.#calls.add(call);
    void this.#run(request, handler, call).catch((error: unknown) => {
      const message = `a mock failed: ${error instanceof Error ? error.message : String(error)}`;
      call.fail(
        error instanceof TransportError
          ? error
          : new TransportError('ERR_OXBOW_HTTP_MOCK', message, { cause: error }),
      );
    });
    return call;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const call of [...this.#calls]) call.fail(new SessionClosedError());
  }

  async #run(request: TransportRequest, handler: TransportHandler, call: MockCall): Promise<void> {
    const refusal = this.#closed ? new SessionClosedError() : this.#guardRefuses(request);
    // Never before dispatch() has returned.
    await Promise.resolve();
    if (call.over) return;
    if (refusal !== undefined) {
      call.fail(refusal);
      return;
    }
    const url = request.origin + request.path;
    const route = this.#routes.find((one) => matches(one, request.method, url));
    if (route === undefined) {
      call.fail(new ConnectError('ERR_OXBOW_HTTP_NO_MOCK', `no mock answers ${request.method} ${url}`));
      return;
    }
    const answer =
      route.answers.length > 1 ? (route.answers.shift() as MockAnswer) : (route.answers[0] as MockAnswer);
    if (typeof answer !== 'function' && answer.stall === 'connect') return;
    handler.onConnected({ dnsMs: 0, tcpMs: 0, tlsMs: 0, address: '' });
    handler.onRequestStart();
    const recorded = await recordRequest(request);
    if (call.over) return;
    if (this.#requests.push(recorded) > MAX_RECORDED_REQUESTS) this.#requests.shift();
    handler.onRequestSent();
    const reply = typeof answer === 'function' ? await call.ask(answer, recorded) : answer;
    if (!call.over) call.answer(reply);
  }

  #guardRefuses(request: TransportRequest): BlockedAddressError | undefined {
    const { guard } = request;
    if (guard === undefined) return undefined;
    const url = new URL(request.origin);
    const hostname = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
    const addresses = isIP(hostname) === 0 ? this.#addresses[hostname] : [hostname];
    if (addresses === undefined) return undefined;
    const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
    const allowed = addresses.some((address) =>
      isAllowed(guard, { address, family: address.includes(':') ? 6 : 4, hostname, port }),
    );
    return allowed ? undefined : new BlockedAddressError(hostname, addresses);
  }
}
