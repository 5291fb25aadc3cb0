/**
 * One connection and the request on it: an undici `Client` driven through `dispatch()`, with this object as the handler.
 * There is one handler for a connection, not one for a request, so nothing is allocated between a request and its
 * response. A request that is given up while connecting takes its socket with it. No pipelining, so there is never a
 * second request to confuse.
 */
import type { Socket } from 'node:net';
// The file, not the package: Bun puts a shim without dispatchers in the place of 'undici', and runs the real one as it is.
import { type buildConnector, Client, type Dispatcher } from 'undici/index.js';
import { HeadersTooLargeError, type HttpError, ProtocolError } from '../errors.ts';
import { type AddressGuard, isAllowed } from '../guard/address-guard.ts';
import type { RawHeaders } from '../header-fields.ts';
import { ResponseHeadFilter } from '../protocol/response-head.ts';
import type { Connector } from './connector.ts';
import { type FailurePhase, mapUndiciError } from './map-undici-error.ts';
import type { ProxyServer } from './proxy-settings.ts';
import { readBeforeFailing } from './read-before-failing.ts';
import type { ConnectionInfo, TransportCall, TransportHandler, TransportRequest } from './transport.ts';

/** How much of a response may come before its body. */
export interface HeadLimits {
  /** Bytes of the header block. */
  readonly maxHeaderBytes: number;
  /** Fields of it. */
  readonly maxHeaderFields: number;
  /** 1xx responses before the final one (RFC 9110 §15.2 sets no limit; an endless series would never end the request). */
  readonly maxInformational: number;
}

/** Real sites send a Content-Security-Policy of 20 KiB, 120 cookies, a dozen early hints; this is a little over twice that. */
export const DEFAULT_HEAD_LIMITS: HeadLimits = Object.freeze({
  maxHeaderBytes: 64 * 1024,
  maxHeaderFields: 256,
  maxInformational: 32,
});
/** How long undici keeps an idle connection when the server does not say; below the 5 s many servers use. */
export const IDLE_CONNECTION_MS = 4_000;
/** The longest idle time a server can ask for. */
export const MAX_IDLE_CONNECTION_MS = 60_000;

/** What a connection tells the pool it belongs to. */
export interface ConnectionOwner {
  /** The response ended. Whether the connection is still open is known once its socket was polled: see {@link Connection.onPolled}. */
  onIdle(connection: Connection): void;
  /** An idle connection that a request was waiting for is closed: the request goes elsewhere. */
  onMoved(request: TransportRequest, handler: TransportHandler): TransportCall;
  /** The connection takes no more requests. Called at least once, from any state. */
  onClosed(connection: Connection): void;
}

/** Fields of a response: as they came, or, should undici stop giving them, as it sorted them. A limit that counts nothing is none. */
function fieldCount(raw: unknown, headers: RawHeaders): number {
  if (Array.isArray(raw)) return raw.length / 2;
  let count = 0;
  for (const value of Object.values(headers)) count += typeof value === 'object' ? value.length : 1;
  return count;
}

// RFC 9110 §7.6.1: a list of tokens in any case, in one field or several.
function isClosing(connection: string | readonly string[] | undefined): boolean {
  if (connection === undefined || connection === 'keep-alive') return false;
  return /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i.test(String(connection));
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

/** How a connection gets to its host. */
export interface ConnectionWay {
  readonly proxy: ProxyServer | undefined;
  readonly socketPath: string | undefined;
  /** The proxy is sent the request, with an absolute URL. */
  readonly isForwarded: boolean;
  /** Fields for the proxy alone, name and value in turn. */
  readonly proxyHeaders: readonly string[];
}

const DIRECT: ConnectionWay = {
  proxy: undefined,
  socketPath: undefined,
  isForwarded: false,
  proxyHeaders: [],
};

/**
 * What undici reads of a request. Each name it looks for is an own field, so nothing on a polluted Object.prototype (a
 * `query`, an `upgrade`) can become part of a request. It is read before `dispatch()` returns, so one object serves all.
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

/** Lets the head of each response pass through a filter before it is parsed. */
function filterHeads(socket: Socket, filter: ResponseHeadFilter, mayGoOn: () => boolean): void {
  const read = socket.read.bind(socket);
  socket.read = (bytes?: number): Buffer | null => {
    for (;;) {
      const chunk = read(bytes) as Buffer | null;
      if (chunk === null) return null;
      const passed = filter.pass(chunk);
      if (!mayGoOn()) return null;
      if (passed.length > 0) return passed;
    }
  };
}

/** A socket that is connected, and what is known of it. */
export interface MadeSocket {
  readonly socket: Socket;
  readonly info: ConnectionInfo;
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
  readonly #limits: HeadLimits;
  readonly #way: ConnectionWay;
  readonly #origin: string;
  readonly #filter = new ResponseHeadFilter();
  #handler: TransportHandler = NOBODY;
  #controller: Dispatcher.DispatchController | undefined;
  #phase: FailurePhase = 'sending';
  #guard: AddressGuard | undefined;
  #address = '';
  #informational = 0;
  #isLast = false;
  #closed = false;
  /** The last response has just ended: whether the server has closed, or sent more, is not known before the next poll. */
  #isResting = false;
  /** What goes out as soon as it is known. */
  #reserved: TransportRequest | undefined;
  /** Where that went instead. */
  #movedTo: TransportCall | undefined;
  #cancelConnect: () => void = ignore;
  /** A socket that is there already. */
  #made: MadeSocket | undefined;

  constructor(
    origin: URL,
    connector: Connector,
    owner: ConnectionOwner,
    limits: HeadLimits,
    way: ConnectionWay = DIRECT,
    made?: MadeSocket,
  ) {
    this.#way = way;
    this.#made = made;
    this.#origin = origin.origin;
    this.#owner = owner;
    this.#limits = limits;
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
      maxHeaderSize: limits.maxHeaderBytes,
      keepAliveTimeout: IDLE_CONNECTION_MS,
      keepAliveMaxTimeout: MAX_IDLE_CONNECTION_MS,
      connect: (options, callback) => this.#connect(options, callback),
    });
    this.#client.on('disconnect', () => {
      if (this.#reserved !== undefined) this.#moveOn(this.#reserved);
      else if (this.#handler === NOBODY) this.#discard();
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

  /** Puts a request on the connection, which must be idle or new. One that rests still sends it after the next poll. */
  send(request: TransportRequest, handler: TransportHandler): void {
    this.#handler = handler;
    if (this.#isResting) this.#reserved = request;
    else this.#dispatch(request);
  }

  /**
   * The loop has polled the socket since the last response ended: what the server had sent or closed by then is known. Without this
   * a request could be written to a socket that is closed already, or take an unasked response for its answer (CVE-2026-6733).
   */
  onPolled(): void {
    this.#isResting = false;
    const reserved = this.#reserved;
    this.#reserved = undefined;
    if (reserved !== undefined && !this.#closed) this.#dispatch(reserved);
  }

  #moveOn(request: TransportRequest): void {
    const handler = this.#handler;
    this.#reserved = undefined;
    this.#handler = NOBODY;
    this.#discard();
    this.#movedTo = this.#owner.onMoved(request, handler);
  }

  #dispatch(request: TransportRequest): void {
    this.#filter.expectHead();
    this.#guard = request.guard;
    this.#phase = 'sending';
    this.#informational = 0;
    const options = this.#options;
    const isForwarded = this.#way.isForwarded;
    options.path = isForwarded ? this.#origin + request.path : request.path;
    options.method = request.method;
    options.headers = isForwarded ? [...request.headers, ...this.#way.proxyHeaders] : request.headers;
    options.body = request.body;
    this.#client.dispatch(options as unknown as Dispatcher.DispatchOptions, this);
  }

  abort(): void {
    this.#movedTo?.abort();
    if (this.#handler === NOBODY) return;
    this.#handler = NOBODY;
    if (this.#reserved === undefined) {
      this.#discard();
    } else {
      // Nothing was sent: the connection is as good as it was.
      this.#reserved = undefined;
      this.#owner.onIdle(this);
    }
  }

  pause(): void {
    this.#movedTo?.pause();
    this.#controller?.pause();
  }

  resume(): void {
    this.#movedTo?.resume();
    this.#controller?.resume();
  }

  /** Closes the connection whatever it is doing; a request on it fails. */
  destroy(error: HttpError): void {
    const handler = this.#handler;
    this.#handler = NOBODY;
    this.#reserved = undefined;
    this.#discard();
    handler.onResponseError(error);
  }

  #discard(): void {
    this.#cancelConnect();
    this.#made?.socket.destroy();
    this.#made = undefined;
    this.#controller = undefined;
    if (!this.#closed) {
      this.#closed = true;
      this.#client.destroy(ignore);
    }
    this.#owner.onClosed(this);
  }

  #connect(options: buildConnector.Options, callback: buildConnector.Callback): void {
    const made = this.#made;
    this.#made = undefined;
    if (made !== undefined) {
      // Not inside dispatch(): undici would take no notice.
      queueMicrotask(() => this.#connected(callback, made.socket, made.info));
      return;
    }
    this.#cancelConnect = this.#connector.connect(
      {
        hostname: this.#hostname,
        port: this.#port,
        isSecure: this.#isSecure,
        servername: options.servername || undefined,
        guard: this.#guard,
        proxy: this.#way.proxy,
        socketPath: this.#way.socketPath,
      },
      (error, socket, info) => {
        this.#cancelConnect = ignore;
        if (error === undefined) this.#connected(callback, socket as Socket, info);
        else callback(error, null);
      },
    );
  }

  #connected(callback: buildConnector.Callback, socket: Socket, info: ConnectionInfo | undefined): void {
    if (info !== undefined) {
      this.#address = info.address;
      this.#handler.onConnected(info);
    }
    readBeforeFailing(socket);
    filterHeads(socket, this.#filter, this.#countSwallowed);
    callback(null, socket);
  }

  #fail(error: Error): void {
    const handler = this.#handler;
    this.#handler = NOBODY;
    this.#discard();
    handler.onResponseError(error);
  }

  /** Counts what came before the final response; false ends the reading. */
  readonly #countSwallowed = (): boolean => {
    const { maxInformational } = this.#limits;
    if (this.#informational + this.#filter.swallowed <= maxInformational) return true;
    const message = `more than ${maxInformational} informational responses (1xx, maxInformational) before the final one`;
    this.#fail(new ProtocolError('ERR_OXBOW_HTTP_TOO_MANY_INFORMATIONAL', message));
    return false;
  };

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
      this.#informational++;
      this.#countSwallowed();
      return;
    }
    this.#phase = 'receiving';
    const fields = fieldCount(controller.rawHeaders, headers);
    const { maxHeaderFields } = this.#limits;
    if (fields > maxHeaderFields) {
      const message = `the response has ${fields} header fields, the limit (maxHeaderFields) is ${maxHeaderFields}`;
      this.#fail(new HeadersTooLargeError('ERR_OXBOW_HTTP_TOO_MANY_HEADERS', message));
      return;
    }
    this.#isLast = isClosing(headers.connection);
    this.#handler.onResponseStart(status, headers, statusText ?? '');
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#handler.onResponseData(chunk);
  }

  onResponseEnd(_controller: Dispatcher.DispatchController, trailers: RawHeaders): void {
    const handler = this.#handler;
    this.#handler = NOBODY;
    this.#controller = undefined;
    // Before the handler: what it sends next may wait for this connection.
    if (handler !== NOBODY && !this.#isLast) {
      this.#isResting = true;
      this.#owner.onIdle(this);
    }
    handler.onResponseEnd(trailers);
    // undici ends the socket by itself; the client must not open another one for it.
    if (this.#isLast) this.#discard();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#handler !== NOBODY) this.#fail(mapUndiciError(error, this.#phase));
  }
}
