/**
 * Finds out by ALPN (RFC 7301) whether a secure origin speaks HTTP/2, and shares out its requests. Those of one moment wait for one
 * handshake. Then they go on streams of one connection, or each on a connection of its own where the server chose HTTP/1.1.
 * Knows connections and requests, not how either protocol works.
 */
import type { Socket } from 'node:net';
import { BlockedAddressError, ConnectError, type HttpError, ProxyError, TlsError } from '../errors.ts';
import type { AddressGuard } from '../guard/address-guard.ts';
import type { ConnectionWay, HeadLimits, MadeSocket } from './connection.ts';
import type { Connector } from './connector.ts';
import type { Http2Connection, Http2Owner } from './http2-connection.ts';
import type { ConnectionInfo, TransportCall, TransportHandler, TransportRequest } from './transport.ts';

/** What a negotiation needs of its origin. */
export interface NegotiationOwner {
  readonly url: URL;
  readonly way: ConnectionWay;
  /** Sends a request over HTTP/1.1, on this socket if it was made for that. */
  sendHttp1(request: TransportRequest, handler: TransportHandler, made?: MadeSocket): TransportCall;
  onIdle(connection: Http2Connection, isIdle: boolean): void;
  /** One connection is closed, or none came of a handshake. */
  onClosed(connection: Http2Connection | undefined): void;
}

/** A request that waits for a connection. */
class Waiting implements TransportCall {
  readonly request: TransportRequest;
  readonly handler: TransportHandler;
  readonly #handshake: Handshake;
  /** What it became. */
  call: TransportCall | undefined = undefined;
  over = false;

  constructor(request: TransportRequest, handler: TransportHandler, handshake: Handshake) {
    this.request = request;
    this.handler = handler;
    this.#handshake = handshake;
  }

  abort(): void {
    if (this.over) return;
    this.over = true;
    if (this.call !== undefined) this.call.abort();
    else this.#handshake.leave(this);
  }

  pause(): void {
    this.call?.pause();
  }

  resume(): void {
    this.call?.resume();
  }
}

/** A connection being made, and who waits for it. */
class Handshake {
  readonly guard: AddressGuard | undefined;
  readonly waiting: Set<Waiting> = new Set();
  readonly #onLeft: (handshake: Handshake) => void;
  cancel: () => void = () => {};
  /** The connection is there; how many requests it takes is not known yet. */
  isConnected = false;

  constructor(guard: AddressGuard | undefined, onLeft: (handshake: Handshake) => void) {
    this.guard = guard;
    this.#onLeft = onLeft;
  }

  leave(waiting: Waiting): void {
    this.waiting.delete(waiting);
    if (this.waiting.size > 0) return;
    this.cancel();
    this.#onLeft(this);
  }
}

/** Without brackets. */
const hostnameOf = ({ hostname }: URL): string =>
  hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;

const portOf = ({ port }: URL): number => (port === '' ? 443 : Number(port));

/** What several requests failed with, for each of them: an error tells of one request. */
function ownError(error: HttpError): HttpError {
  const { cause } = error;
  if (error instanceof BlockedAddressError)
    return new BlockedAddressError(error.hostname, error.addresses, { cause });
  if (error instanceof ProxyError) return new ProxyError(error.message, error.status, { cause });
  if (error instanceof TlsError) return new TlsError(error.code, error.message, { cause });
  return new ConnectError(error.code, error.message, { cause });
}

/** The HTTP/2 connections of one origin, and the question whether there may be any. */
export class Negotiation implements Http2Owner {
  readonly #owner: NegotiationOwner;
  readonly #connector: Connector;
  readonly #limits: HeadLimits;
  readonly #connections: Http2Connection[] = [];
  readonly #handshakes = new Set<Handshake>();
  /** The server has chosen HTTP/1.1, or asked for it. */
  #isHttp1 = false;

  constructor(owner: NegotiationOwner, connector: Connector, limits: HeadLimits) {
    this.#owner = owner;
    this.#connector = connector;
    this.#limits = limits;
  }

  /** Connections open or being made. */
  get size(): number {
    let size = this.#connections.length;
    for (const { isConnected, waiting } of this.#handshakes) if (!isConnected || waiting.size > 0) size++;
    return size;
  }

  dispatch(request: TransportRequest, handler: TransportHandler): TransportCall {
    if (this.#isHttp1) return this.#owner.sendHttp1(request, handler);
    const { guard } = request;
    for (const connection of this.#connections) {
      if (connection.hasRoom && connection.passes(guard)) return connection.send(request, handler);
    }
    let handshake = [...this.#handshakes].find((one) => one.guard === guard);
    const isNew = handshake === undefined;
    handshake ??= new Handshake(guard, (left) => this.#end(left));
    const waiting = new Waiting(request, handler, handshake);
    handshake.waiting.add(waiting);
    if (isNew) {
      this.#handshakes.add(handshake);
      void this.#begin(handshake);
    }
    return waiting;
  }

  /** Closes everything; requests in flight and waiting fail. */
  destroy(makeError: () => Error): void {
    for (const handshake of [...this.#handshakes]) {
      handshake.cancel();
      this.#handshakes.delete(handshake);
      for (const waiting of handshake.waiting) {
        waiting.over = true;
        waiting.handler.onResponseError(makeError());
      }
      handshake.waiting.clear();
    }
    for (const connection of [...this.#connections]) connection.destroy(makeError());
  }

  onIdle(connection: Http2Connection, isIdle: boolean): void {
    this.#owner.onIdle(connection, isIdle);
  }

  onHttp1Required(): void {
    this.#isHttp1 = true;
  }

  onClosed(connection: Http2Connection): void {
    const at = this.#connections.indexOf(connection);
    if (at !== -1) this.#connections.splice(at, 1);
    this.#owner.onClosed(connection);
  }

  async #begin(handshake: Handshake): Promise<void> {
    // Before the handshake: nothing may come between its end and the reading of the server's first frame.
    const { Http2Connection } = await import('./http2-connection.ts');
    if (!this.#handshakes.has(handshake)) return;
    const { url, way } = this.#owner;
    const { guard } = handshake;
    const { proxy, socketPath } = way;
    const target = {
      hostname: hostnameOf(url),
      port: portOf(url),
      isSecure: true,
      servername: undefined,
      guard,
      proxy,
      socketPath,
    };
    handshake.cancel = this.#connector.connect(
      { ...target, protocols: ['h2', 'http/1.1'] },
      (error, socket, info) => {
        if (error === undefined) {
          this.#onConnected(
            handshake,
            { socket: socket as Socket, info: info as ConnectionInfo },
            Http2Connection,
          );
        } else {
          this.#handshakes.delete(handshake);
          this.#fail(handshake, error);
        }
      },
    );
  }

  #onConnected(handshake: Handshake, made: MadeSocket, Connection: typeof Http2Connection): void {
    handshake.isConnected = true;
    const { url } = this.#owner;
    if (made.info.protocol !== 'h2') {
      this.#isHttp1 = true;
      this.#share(handshake, made);
      return;
    }
    const place = { origin: url.origin, hostname: hostnameOf(url), port: portOf(url) };
    const connection = new Connection(place, made.socket, made.info, handshake.guard, this.#limits, this);
    this.#connections.push(connection);
    // One goes out at once. The others wait until the server has said how many it takes: it does with its first frame.
    const [first] = handshake.waiting;
    if (first !== undefined) {
      handshake.waiting.delete(first);
      first.handler.onConnected(made.info);
      first.call = connection.send(first.request, first.handler);
    }
    connection.onSettled(() => this.#share(handshake));
  }

  /** Sends what has waited, over HTTP/1.1 the first of them on the socket that was made. */
  #share(handshake: Handshake, made?: MadeSocket): void {
    this.#handshakes.delete(handshake);
    let left = made;
    for (const waiting of handshake.waiting) {
      if (waiting.over) continue;
      const own = left;
      left = undefined;
      waiting.call =
        own === undefined
          ? this.dispatch(waiting.request, waiting.handler)
          : this.#owner.sendHttp1(waiting.request, waiting.handler, own);
    }
    left?.socket.destroy();
  }

  #fail(handshake: Handshake, error: HttpError): void {
    let first = true;
    for (const waiting of [...handshake.waiting]) {
      if (waiting.over) continue;
      waiting.over = true;
      waiting.handler.onResponseError(first ? error : ownError(error));
      first = false;
    }
    this.#owner.onClosed(undefined);
  }

  #end(handshake: Handshake): void {
    if (this.#handshakes.delete(handshake)) this.#owner.onClosed(undefined);
  }
}
