/**
 * Makes one connection: resolve, ask the guard about every address, connect to exactly those (pinned, so that a name
 * that changes its mind in between gains nothing), and shake hands for TLS. IP literals pass the guard too.
 * Keeps no connections and no timers: timeouts come from above as a cancel.
 */
import {
  isIP,
  type NetConnectOpts,
  type LookupFunction as NetLookup,
  connect as netConnect,
  type Socket,
} from 'node:net';
import { type ConnectionOptions, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { currentLoop } from '@oxbow/loop';
import { BlockedAddressError, ConnectError, type HttpError, TlsError } from '../errors.ts';
import { type AddressGuard, isAllowed } from '../guard/address-guard.ts';
import type { ResolvedAddress, Resolver } from './resolver.ts';
import type { ConnectionInfo } from './transport.ts';

/** TLS settings passed on to node:tls. */
export type TlsOptions = Pick<
  ConnectionOptions,
  | 'ca'
  | 'cert'
  | 'key'
  | 'pfx'
  | 'passphrase'
  | 'ciphers'
  | 'minVersion'
  | 'maxVersion'
  | 'rejectUnauthorized'
  | 'checkServerIdentity'
  | 'servername'
>;

/** Where to connect. */
export interface ConnectTarget {
  /** Without brackets. */
  readonly hostname: string;
  readonly port: number;
  readonly isSecure: boolean;
  /** The name to present and verify (SNI); the host name itself when `undefined`. */
  readonly servername: string | undefined;
  readonly guard: AddressGuard | undefined;
}

/** Called once, unless the connect was cancelled before. */
export type ConnectCallback = (error: HttpError | undefined, socket?: Socket, info?: ConnectionInfo) => void;

/** Bytes a plain socket reads ahead; TLS records are 16 KiB anyway. */
const SOCKET_HIGH_WATER_BYTES = 64 * 1024;
/** First TCP keep-alive probe on an idle connection. */
const TCP_KEEP_ALIVE_MS = 60_000;

/** One connection being made. */
class Connecting {
  readonly #target: ConnectTarget;
  readonly #tls: TlsOptions;
  readonly #sessions: TlsSessions;
  readonly #callback: ConnectCallback;
  // One clock for all three times, whatever loop the socket's events come on.
  readonly #loop = currentLoop();
  readonly #startedMs = this.#loop.time();
  #resolvedMs = 0;
  #connectedMs = 0;
  #socket: Socket | undefined;
  #done = false;

  constructor(target: ConnectTarget, tls: TlsOptions, sessions: TlsSessions, callback: ConnectCallback) {
    this.#target = target;
    this.#tls = tls;
    this.#sessions = sessions;
    this.#callback = callback;
  }

  cancel(): void {
    this.#done = true;
    this.#socket?.destroy();
  }

  onAddresses(error: Error | undefined, addresses: readonly ResolvedAddress[]): void {
    if (this.#done) return;
    const { hostname, port, guard } = this.#target;
    if (error !== undefined) {
      const message = `cannot resolve ${hostname}: ${error.message}`;
      this.#finish(new ConnectError('ERR_OXBOW_HTTP_DNS', message, { cause: error }));
      return;
    }
    const allowed = addresses.filter((a) => isAllowed(guard, { ...a, hostname, port }));
    if (allowed.length === 0) {
      const refused = addresses.map((a) => a.address);
      this.#finish(new BlockedAddressError(hostname, refused));
      return;
    }
    this.#resolvedMs = this.#loop.time();
    this.#open(allowed);
  }

  #open(addresses: readonly ResolvedAddress[]): void {
    const { hostname, port, isSecure } = this.#target;
    const pinned: NetLookup = (_hostname, options, callback) => {
      const first = addresses[0] as ResolvedAddress;
      if (options.all) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    };
    const common = {
      host: hostname,
      port,
      lookup: pinned,
      autoSelectFamily: true,
      noDelay: true,
      keepAlive: true,
    };
    let socket: Socket;
    try {
      socket = isSecure
        ? this.#openTls(common)
        : netConnect({
            ...common,
            keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
            highWaterMark: SOCKET_HIGH_WATER_BYTES,
          } as NetConnectOpts);
    } catch (cause) {
      this.#fail(cause as Error);
      return;
    }
    this.#socket = socket;
    socket.on('error', this.#fail);
    socket.once('connect', () => {
      this.#connectedMs = this.#loop.time();
      if (!isSecure) this.#succeed();
    });
    if (isSecure) socket.once('secureConnect', () => this.#succeed());
  }

  #openTls(common: object): TLSSocket {
    const { hostname, servername, port } = this.#target;
    const name = this.#tls.servername ?? servername ?? (isIP(hostname) === 0 ? hostname : '');
    const key = `${name}:${hostname}:${port}`;
    const session = this.#sessions.get(key);
    const socket = tlsConnect({
      ...common,
      ...this.#tls,
      servername: name,
      ALPNProtocols: ['http/1.1'],
      ...(session === undefined ? {} : { session }),
    });
    socket.on('session', (fresh) => this.#sessions.set(key, fresh));
    return socket;
  }

  #succeed(): void {
    if (this.#done) return;
    const socket = this.#socket as Socket;
    const now = this.#loop.time();
    this.#finish(undefined, socket, {
      dnsMs: this.#resolvedMs - this.#startedMs,
      tcpMs: this.#connectedMs - this.#resolvedMs,
      tlsMs: this.#target.isSecure ? now - this.#connectedMs : 0,
      address: socket.remoteAddress ?? '',
    });
  }

  // Stays attached afterwards: undici adds its own listener, and an error without any would end the process.
  readonly #fail = (cause: Error): void => {
    if (this.#done) return;
    const { hostname, port } = this.#target;
    const where = `${hostname}:${port}`;
    const error =
      this.#target.isSecure && this.#connectedMs !== 0
        ? new TlsError('ERR_OXBOW_HTTP_TLS', `the TLS handshake with ${where} failed: ${cause.message}`, {
            cause,
          })
        : new ConnectError('ERR_OXBOW_HTTP_CONNECT', `cannot connect to ${where}: ${connectReason(cause)}`, {
            cause,
          });
    this.#socket?.destroy();
    this.#finish(error);
  };

  #finish(error: HttpError | undefined, socket?: Socket, info?: ConnectionInfo): void {
    this.#done = true;
    this.#callback(error, socket, info);
  }
}

// Node wraps the failures of several addresses in an AggregateError whose own message is empty.
function connectReason(cause: Error): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) {
    return cause.errors.map((one: unknown) => (one instanceof Error ? one.message : String(one))).join('; ');
  }
  return cause.message;
}

/** TLS sessions for resumption, kept for this many host and port pairs. */
const MAX_TLS_SESSIONS = 100;

/** The newest TLS session of each peer, least recently added first out. */
class TlsSessions {
  readonly #sessions = new Map<string, Buffer>();

  get(key: string): Buffer | undefined {
    return this.#sessions.get(key);
  }

  set(key: string, session: Buffer): void {
    this.#sessions.delete(key);
    if (this.#sessions.size >= MAX_TLS_SESSIONS) {
      const oldest = this.#sessions.keys().next();
      if (!oldest.done) this.#sessions.delete(oldest.value);
    }
    this.#sessions.set(key, session);
  }
}

/** Makes connections with one resolver and one set of TLS options. */
export class Connector {
  readonly #resolver: Resolver;
  readonly #tls: TlsOptions;
  readonly #sessions = new TlsSessions();

  constructor(resolver: Resolver, tls: TlsOptions) {
    this.#resolver = resolver;
    this.#tls = tls;
  }

  /** Starts to connect. The returned function gives up: the socket is closed and the callback never called. */
  connect(target: ConnectTarget, callback: ConnectCallback): () => void {
    const connecting = new Connecting(target, this.#tls, this.#sessions, callback);
    const family = isIP(target.hostname);
    if (family === 4 || family === 6)
      connecting.onAddresses(undefined, [{ address: target.hostname, family }]);
    else
      this.#resolver.resolve(target.hostname, (error, addresses) => connecting.onAddresses(error, addresses));
    return () => connecting.cancel();
  }
}
