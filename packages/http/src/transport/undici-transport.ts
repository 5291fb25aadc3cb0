/**
 * HTTP/1.1 over undici's Client: connections per origin, newest idle one first, and a bound on the idle ones. With `http2` secure
 * origins are asked for HTTP/2 first (negotiation.ts). Otherwise every request gets a connection of its own at once; how many requests there are is the session's business.
 * Idle connections close by themselves (IDLE_CONNECTION_MS), and an origin without connections is forgotten.
 */
import { checkOptions, durationFault } from '@oxbow/loop/lowlevel';
import { type HttpError, InvalidRequestError, SessionClosedError } from '../errors.ts';
import {
  Connection,
  type ConnectionOwner,
  type ConnectionWay,
  DEFAULT_HEAD_LIMITS,
  type HeadLimits,
  type MadeSocket,
} from './connection.ts';
import { Connector, isForwarded, type TlsOptions } from './connector.ts';
import { Negotiation } from './negotiation.ts';
import { type ProxyChoice, type ProxyInput, proxyAuthorization, proxyChoice } from './proxy-settings.ts';
import { type LookupFunction, NAME_TTL_MS, Resolver } from './resolver.ts';
import type { Transport, TransportCall, TransportHandler, TransportRequest } from './transport.ts';

/** Settings of the network itself. */
export interface UndiciTransportOptions extends Partial<HeadLimits> {
  /** Resolves names in place of getaddrinfo, in the form of `dns.lookup` with `{ all: true }`. */
  readonly lookup?: LookupFunction | undefined;
  /** How long the addresses of a name are used, in milliseconds; 0 asks every time. Default 10,000. At most 1,000 names are kept. */
  readonly dnsTtlMs?: number | undefined;
  /** Certificates, versions and checks, as in node:tls. */
  readonly tls?: TlsOptions | undefined;
  /**
   * A proxy for every request: `http://`, `https://`, `socks5://` (names are resolved here) or `socks5h://` (by the proxy), with userinfo
   * for its credentials; `{ url, noProxy }` with exceptions; false for none. Default 'environment': HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and
   * NO_PROXY as they are when the transport is made.
   */
  readonly proxy?: ProxyInput | undefined;
  /** Every request goes to this Unix socket, whatever the host of its URL. */
  readonly socketPath?: string | undefined;
  /** The address of this machine to connect from. */
  readonly localAddress?: string | undefined;
  /**
   * Whether secure origins are offered HTTP/2, by ALPN: requests then share a connection, as streams. Those who decline get HTTP/1.1.
   * It saves connections and handshakes, not CPU. Default false.
   */
  readonly http2?: boolean | undefined;
  /** Idle connections kept over all origins; past it the one idle for longest is closed. Default 256. */
  readonly maxIdleConnections?: number | undefined;
}

/** The defaults of {@link UndiciTransportOptions}. */
export const UNDICI_TRANSPORT_DEFAULTS: HeadLimits & { readonly maxIdleConnections: number } = Object.freeze({
  ...DEFAULT_HEAD_LIMITS,
  /** Connections; each costs a file descriptor and about 30 KiB. */
  maxIdleConnections: 256,
});

const OPTION_NAMES = [
  'lookup',
  'dnsTtlMs',
  'tls',
  'proxy',
  'socketPath',
  'localAddress',
  'http2',
  ...Object.keys(UNDICI_TRANSPORT_DEFAULTS),
];

function wholeNumber(value: number, least: number, name: string): number {
  if (value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && value >= least)) return value;
  throw new InvalidRequestError(
    'ERR_OXBOW_HTTP_INVALID_OPTION',
    `${name} must be a whole number of ${least} or more, got ${String(value)}`,
  );
}

function ttlOf(dnsTtlMs: number | undefined): number {
  const fault = durationFault(dnsTtlMs ?? NAME_TTL_MS, { zero: true });
  if (fault === undefined) return dnsTtlMs ?? NAME_TTL_MS;
  throw new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_OPTION', `dnsTtlMs ${fault}`);
}

/** What undici takes: it knows no Infinity. */
const MAX_SAFE_HEADER_BYTES = 2 ** 31 - 1;

const DEAD_CALL: TransportCall = { abort() {}, pause() {}, resume() {} };

/** A connection without a request, in the eyes of the one bound on them. */
interface IdleConnection {
  destroy(error: HttpError): void;
}

/** What the origins of a transport have in common. */
interface OriginGround {
  readonly http2: boolean;
  readonly connector: Connector;
  readonly limits: HeadLimits;
  readonly wayTo: (url: URL) => ConnectionWay;
}

/** The connections of one origin. */
class Origin implements ConnectionOwner {
  readonly name: string;
  readonly url: URL;
  readonly way: ConnectionWay;
  /** Least recently used first. */
  readonly idle: Connection[] = [];
  readonly all: Set<Connection> = new Set();
  /** Of a secure origin that may speak HTTP/2. */
  readonly negotiation: Negotiation | undefined;
  readonly #transport: UndiciTransport;

  constructor(name: string, transport: UndiciTransport, ground: OriginGround) {
    this.name = name;
    this.url = new URL(name);
    this.way = ground.wayTo(this.url);
    this.#transport = transport;
    if (!ground.http2 || this.url.protocol !== 'https:') return;
    const owner = {
      url: this.url,
      way: this.way,
      sendHttp1: (request: TransportRequest, handler: TransportHandler, made?: MadeSocket) =>
        transport.sendHttp1(this, request, handler, made),
      onIdle: (connection: IdleConnection, isIdle: boolean) => transport.onShared(connection, isIdle),
      onClosed: (connection: IdleConnection | undefined) => {
        if (connection !== undefined) transport.onShared(connection, false);
        transport.onClosed(this, false);
      },
    };
    this.negotiation = new Negotiation(owner, ground.connector, ground.limits);
  }

  /** Connections open or being made, of either protocol. */
  get size(): number {
    return this.all.size + (this.negotiation?.size ?? 0);
  }

  onIdle(connection: Connection): void {
    this.idle.push(connection);
    this.#transport.onIdle(connection);
  }

  onMoved(request: TransportRequest, handler: TransportHandler): TransportCall {
    return this.#transport.dispatch(request, handler);
  }

  onClosed(connection: Connection): void {
    if (!this.all.delete(connection)) return;
    const at = this.idle.lastIndexOf(connection);
    if (at !== -1) this.idle.splice(at, 1);
    this.#transport.onClosed(this, at !== -1);
  }

  /** The newest idle connection that may serve this request: the older ones get their chance to time out. */
  take(request: TransportRequest): Connection | undefined {
    for (let i = this.idle.length - 1; i >= 0; i--) {
      const connection = this.idle[i] as Connection;
      if (!connection.passes(request.guard)) continue;
      if (i === this.idle.length - 1) this.idle.pop();
      else this.idle.splice(i, 1);
      return connection;
    }
    return undefined;
  }
}

/** The transport of a {@link Session} unless it is given another one. Close it to close its connections. */
export class UndiciTransport implements Transport {
  readonly #connector: Connector;
  readonly #proxyOf: ProxyChoice | undefined;
  readonly #socketPath: string | undefined;
  readonly #maxIdleConnections: number;
  readonly #limits: HeadLimits;
  readonly #ground: OriginGround;
  /** Idle HTTP/2 connections, the one idle for longest first. */
  readonly #shared = new Set<IdleConnection>();
  /** Connections whose sockets are to be polled before they are used again. */
  #resting: Connection[] = [];
  /** In order of last use, so that the idle connection to give up is at the front. */
  readonly #origins = new Map<string, Origin>();
  #last: Origin | undefined;
  #idleCount = 0;
  #closed = false;

  /** @throws {UsageError} for an unknown option. @throws {InvalidRequestError} for a bad value. */
  constructor(given: UndiciTransportOptions = {}) {
    checkOptions(given, OPTION_NAMES, 'UndiciTransport');
    // Off any prototype: a polluted one must not choose where requests go.
    const options: UndiciTransportOptions = Object.assign(Object.create(null), given);
    const own = (name: keyof typeof UNDICI_TRANSPORT_DEFAULTS, least: number): number =>
      wholeNumber(options[name] ?? UNDICI_TRANSPORT_DEFAULTS[name], least, name);
    this.#maxIdleConnections = own('maxIdleConnections', 0);
    this.#limits = {
      maxHeaderBytes: Math.min(own('maxHeaderBytes', 1), MAX_SAFE_HEADER_BYTES),
      maxHeaderFields: own('maxHeaderFields', 1),
      maxInformational: own('maxInformational', 0),
    };
    this.#connector = new Connector(
      new Resolver(options.lookup, ttlOf(options.dnsTtlMs)),
      options.tls ?? {},
      options.localAddress,
    );
    this.#socketPath = options.socketPath;
    this.#proxyOf = options.socketPath === undefined ? proxyChoice(options.proxy, process.env) : undefined;
    if (options.socketPath !== undefined && options.proxy !== undefined && options.proxy !== false) {
      const message = 'socketPath and proxy lead to different places: give one of them';
      throw new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_OPTION', message);
    }
    const { http2 = false } = options;
    if (typeof http2 !== 'boolean') {
      const message = `http2 must be true or false, got ${String(http2)}`;
      throw new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_OPTION', message);
    }
    this.#ground = { http2, connector: this.#connector, limits: this.#limits, wayTo: this.#wayTo };
  }

  dispatch(request: TransportRequest, handler: TransportHandler): TransportCall {
    if (this.#closed) {
      handler.onResponseError(new SessionClosedError());
      return DEAD_CALL;
    }
    const origin = this.#originOf(request.origin);
    if (origin.negotiation !== undefined) return origin.negotiation.dispatch(request, handler);
    return this.sendHttp1(origin, request, handler);
  }

  /** @internal Called by an origin. */
  sendHttp1(
    origin: Origin,
    request: TransportRequest,
    handler: TransportHandler,
    made?: MadeSocket,
  ): TransportCall {
    let connection = made === undefined ? origin.take(request) : undefined;
    if (connection === undefined) {
      connection = new Connection(origin.url, this.#connector, origin, this.#limits, origin.way, made);
      origin.all.add(connection);
    } else {
      this.#idleCount--;
    }
    connection.send(request, handler);
    return connection;
  }

  /** How many connections are open or being opened, and how many of them idle. */
  statistics(): { readonly origins: number; readonly connections: number; readonly idle: number } {
    let connections = 0;
    for (const origin of this.#origins.values()) connections += origin.size;
    const idle = this.#idleCount + this.#shared.size;
    return Object.freeze({ origins: this.#origins.size, connections, idle });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const origin of [...this.#origins.values()]) {
      for (const connection of [...origin.all]) connection.destroy(new SessionClosedError());
      origin.negotiation?.destroy(() => new SessionClosedError());
    }
  }

  readonly #wayTo = (url: URL): ConnectionWay => {
    const proxy = this.#proxyOf?.(url);
    const forwarded = isForwarded(proxy, url.protocol === 'https:');
    const authorization = forwarded && proxy !== undefined ? proxyAuthorization(proxy) : undefined;
    return {
      proxy,
      socketPath: this.#socketPath,
      isForwarded: forwarded,
      proxyHeaders: authorization === undefined ? [] : ['proxy-authorization', authorization],
    };
  };

  #originOf(name: string): Origin {
    if (this.#last?.name === name) return this.#last;
    let origin = this.#origins.get(name);
    if (origin === undefined) origin = new Origin(name, this, this.#ground);
    else this.#origins.delete(name);
    this.#origins.set(name, origin);
    this.#last = origin;
    return origin;
  }

  /** @internal Called by an origin. */
  onIdle(connection: Connection): void {
    // One check phase for all that rest: it comes after the poll that this event belongs to, and undici waits for another.
    if (this.#resting.push(connection) === 1) setImmediate(this.#afterPoll);
    this.#idleCount++;
    this.#boundIdle();
  }

  /** @internal Called by an origin: an HTTP/2 connection has no request any more, or has one again. */
  onShared(connection: IdleConnection, isIdle: boolean): void {
    this.#shared.delete(connection);
    if (!isIdle) return;
    this.#shared.add(connection);
    this.#boundIdle();
  }

  #boundIdle(): void {
    if (this.#idleCount + this.#shared.size <= this.#maxIdleConnections) return;
    const [longest] = this.#shared;
    if (longest !== undefined) {
      this.#shared.delete(longest);
      longest.destroy(new SessionClosedError());
      return;
    }
    for (const origin of this.#origins.values()) {
      const eldest = origin.idle[0];
      if (eldest === undefined) continue;
      eldest.destroy(new SessionClosedError());
      return;
    }
  }

  readonly #afterPoll = (): void => {
    const polled = this.#resting;
    this.#resting = [];
    for (const connection of polled) connection.onPolled();
  };

  /** @internal Called by an origin. */
  onClosed(origin: Origin, wasIdle: boolean): void {
    if (wasIdle) this.#idleCount--;
    if (origin.size > 0) return;
    this.#origins.delete(origin.name);
    if (this.#last === origin) this.#last = undefined;
  }
}
