/**
 * One connection and the request on it: an undici `Client` driven through `dispatch()`, with this object as the handler.
 * One handler a connection, not one a request: nothing is allocated between a request and its response, and a request that
 * is given up while connecting takes its socket with it. No pipelining, so there is never a second request to confuse.
 */
import type { Socket } from 'node:net';
import { type buildConnector, Client, type Dispatcher } from 'undici';
import { HeadersTooLargeError, type HttpError, ProtocolError } from '../errors.ts';
import { type AddressGuard, isAllowed } from '../guard/address-guard.ts';
import type { RawHeaders } from '../session/response-headers.ts';
import type { Connector } from './connector.ts';
import { type FailurePhase, mapUndiciError } from './map-undici-error.ts';
import type { TransportCall, TransportHandler, TransportRequest } from './transport.ts';

/** Bytes of a response's header block; Node's own client and nginx's request limit are the same order. */
export const MAX_HEADER_BYTES: number = 16 * 1024;
/** Fields of a response; ten times what real pages carry. */
export const MAX_HEADER_FIELDS = 100;
/** 1xx responses before the final one (RFC 9110 §15.2 sets no limit; an endless series would never end the request). */
export const MAX_INFORMATIONAL_RESPONSES = 10;
/** How long undici keeps an idle connection when the server does not say; below the 5 s many servers use. */
export const IDLE_CONNECTION_MS = 4_000;
/** The longest idle time a server can ask for. */
export const MAX_IDLE_CONNECTION_MS = 60_000;

/** What a connection tells the pool it belongs to. */
export interface ConnectionOwner {
  /** The response ended and the connection can take another request. */
  onIdle(connection: Connection): void;
  /** The connection takes no more requests. Called at least once, from any state. */
  onClosed(connection: Connection): void;
}

/** The handler of a connection nobody uses: what comes late goes nowhere. */
const NOBODY: TransportHandler = {
  onConnected() {},
  onRequestStart() {},
  onBodySent() {},
  onRequestSent() {},
  onResponseStart() {},
  onResponseData() {},
  onResponseEnd() {},
  onResponseError() {},
};

function ignore(): void {}

/**
 * What undici reads of a request. Every name it looks for is an own field, so that nothing on a polluted Object.prototype (a
 * `query`, an `upgrade`) can become part of a request; undici reads it before `dispatch()` returns, so one object serves all.
 */
class WireOptions {
  path = '/';
  method = 'GET';
  headers: readonly string[] = [];
  body: TransportRequest['body'] = null;
  readonly blocking = false;
  readonly query = undefined;
  readonly idempotent = undefined;
  readonly upgrade = undefined;
  readonly headersTimeout = undefined;
  readonly bodyTimeout = undefined;
  readonly reset = undefined;
  readonly expectContinue = undefined;
  readonly servername = undefined;
  readonly throwOnError = undefined;
  readonly maxRedirections = undefined;
  readonly typeOfService = undefined;
  readonly dispatcher = undefined;
}

/** A connection to one origin. */
export class Connection implements Dispatcher.DispatchHandler, TransportCall {
  readonly #owner: ConnectionOwner;
  readonly #connector: Connector;
  readonly #client: Client;
  readonly #hostname: string;
  readonly #port: number;
  readonly #isSecure: boolean;
  readonly #options = new WireOptions();
  #handler: TransportHandler = NOBODY;
  #controller: Dispatcher.DispatchController | undefined;
  #phase: FailurePhase = 'sending';
  #guard: AddressGuard | undefined;
  #address = '';
  #informational = 0;
  #isLast = false;
  #closed = false;
  #cancelConnect: () => void = ignore;

  constructor(origin: URL, connector: Connector, owner: ConnectionOwner) {
    this.#owner = owner;
    this.#connector = connector;
    this.#isSecure = origin.protocol === 'https:';
    this.#port = origin.port === '' ? (this.#isSecure ? 443 : 80) : Number(origin.port);
    this.#hostname = origin.hostname.startsWith('[') ? origin.hostname.slice(1, -1) : origin.hostname;
    this.#client = new Client(origin, {
      allowH2: false,
      pipelining: 1,
      // Timeouts belong to the session, which counts them on its own clock.
      headersTimeout: 0,
      bodyTimeout: 0,
      connectTimeout: 0,
      maxHeaderSize: MAX_HEADER_BYTES,
      keepAliveTimeout: IDLE_CONNECTION_MS,
      keepAliveMaxTimeout: MAX_IDLE_CONNECTION_MS,
      connect: (options, callback) => this.#connect(options, callback),
    });
    this.#client.on('disconnect', () => {
      if (this.#handler === NOBODY) this.#discard();
    });
  }

  /** Whether a request under this guard may use the connection as it stands: its peer's address must pass. */
  passes(guard: AddressGuard | undefined): boolean {
    if (guard === undefined || guard === this.#guard) return true;
    const address = this.#address;
    if (address === '') return false;
    const family = address.includes(':') ? 6 : 4;
    return isAllowed(guard, { address, family, hostname: this.#hostname, port: this.#port });
  }

  /** Puts a request on the connection, which must be idle or new. */
  send(request: TransportRequest, handler: TransportHandler): void {
    this.#handler = handler;
    this.#guard = request.guard;
    this.#phase = 'sending';
    this.#informational = 0;
    const options = this.#options;
    options.path = request.path;
    options.method = request.method;
    options.headers = request.headers;
    options.body = request.body;
    this.#client.dispatch(options as unknown as Dispatcher.DispatchOptions, this);
  }

  abort(): void {
    if (this.#handler === NOBODY) return;
    this.#handler = NOBODY;
    this.#discard();
  }

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  /** Closes the connection whatever it is doing; a request on it fails. */
  destroy(error: HttpError): void {
    const handler = this.#handler;
    this.#handler = NOBODY;
    this.#discard();
    handler.onResponseError(error);
  }

  #discard(): void {
    this.#cancelConnect();
    this.#controller = undefined;
    if (!this.#closed) {
      this.#closed = true;
      this.#client.destroy(ignore);
    }
    this.#owner.onClosed(this);
  }

  #connect(options: buildConnector.Options, callback: buildConnector.Callback): void {
    this.#cancelConnect = this.#connector.connect(
      {
        hostname: this.#hostname,
        port: this.#port,
        isSecure: this.#isSecure,
        servername: options.servername || undefined,
        guard: this.#guard,
      },
      (error, socket, info) => {
        this.#cancelConnect = ignore;
        if (error !== undefined) {
          callback(error, null);
          return;
        }
        if (info !== undefined) {
          this.#address = info.address;
          this.#handler.onConnected(info);
        }
        callback(null, socket as Socket);
      },
    );
  }

  #fail(error: Error): void {
    const handler = this.#handler;
    this.#handler = NOBODY;
    this.#discard();
    handler.onResponseError(error);
  }

  // undici's handler, in the order of the calls.

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#handler.onRequestStart();
  }

  onBodySent(): void {
    this.#handler.onBodySent();
  }

  onRequestSent(): void {
    if (this.#phase === 'sending') this.#phase = 'waiting';
    this.#handler.onRequestSent();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: RawHeaders,
    statusText?: string,
  ): void {
    if (status < 200) {
      if (++this.#informational > MAX_INFORMATIONAL_RESPONSES) {
        const message = `more than ${MAX_INFORMATIONAL_RESPONSES} informational responses (1xx) before the final one`;
        this.#fail(new ProtocolError('ERR_OXBOW_HTTP_TOO_MANY_INFORMATIONAL', message));
      }
      return;
    }
    this.#phase = 'receiving';
    const fields = (controller.rawHeaders as { length?: number } | undefined)?.length ?? 0;
    if (fields > MAX_HEADER_FIELDS * 2) {
      const message = `the response has ${fields / 2} header fields, the limit is ${MAX_HEADER_FIELDS}`;
      this.#fail(new HeadersTooLargeError('ERR_OXBOW_HTTP_TOO_MANY_HEADERS', message));
      return;
    }
    this.#isLast = headers.connection === 'close';
    this.#handler.onResponseStart(status, headers, statusText ?? '');
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#handler.onResponseData(chunk);
  }

  onResponseEnd(_controller: Dispatcher.DispatchController, trailers: RawHeaders): void {
    const handler = this.#handler;
    this.#handler = NOBODY;
    this.#controller = undefined;
    // Before the handler: what it sends next may go on this connection.
    if (handler !== NOBODY && !this.#isLast) this.#owner.onIdle(this);
    handler.onResponseEnd(trailers);
    // undici ends the socket by itself; the client must not open another one for it.
    if (this.#isLast) this.#discard();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#handler !== NOBODY) this.#fail(mapUndiciError(error, this.#phase));
  }
}
