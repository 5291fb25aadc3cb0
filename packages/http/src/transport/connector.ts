/**
 * Makes one connection: resolve, ask the guard about every address, connect to one of exactly those (address-race.ts), and
 * shake hands for TLS. IP literals pass the guard too.
 * Keeps no connections and no timers: timeouts come from above as a cancel.
 */
import { isIP, type NetConnectOpts, connect as netConnect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as tlsConnect } from 'node:tls';
import { currentLoop } from '@oxbow/loop';
import { BlockedAddressError, ConnectError, type HttpError, TlsError } from '../errors.ts';
import { type AddressGuard, isAllowed } from '../guard/address-guard.ts';
import { AddressRace, type Dialing } from './address-race.ts';
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

/** A TCP connection being made to one address. */
class TcpDialing implements Dialing {
  readonly socket: Socket;

  constructor(
    address: ResolvedAddress,
    port: number,
    onConnected: (dialing: TcpDialing) => void,
    onFailed: (error: Error) => void,
  ) {
    this.socket = netConnect({
      host: address.address,
      family: address.family,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
      highWaterMark: SOCKET_HIGH_WATER_BYTES,
    } as NetConnectOpts);
    this.socket.once('error', onFailed);
    this.socket.once('connect', () => {
      this.socket.off('error', onFailed);
      onConnected(this);
    });
  }

  close(): void {
    // What it fails with now is of no interest, and without a listener it would end the process.
    this.socket.on('error', () => {});
    this.socket.destroy();
  }
}

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
  #race: AddressRace<TcpDialing> | undefined;
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
    this.#race?.cancel();
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
    // The addresses themselves are dialed, so that a name that changes its mind gains nothing.
    const race = new AddressRace<TcpDialing>(
      this.#loop,
      allowed,
      (address, onConnected, onFailed) => new TcpDialing(address, port, onConnected, onFailed),
      { onWon: ({ socket }) => this.#connected(socket), onLost: (errors) => this.#failed(errors) },
    );
    this.#race = race;
    race.start();
  }

  #connected(socket: Socket): void {
    this.#connectedMs = this.#loop.time();
    this.#socket = socket;
    socket.on('error', this.#onError);
    if (!this.#target.isSecure) {
      this.#succeed(socket);
      return;
    }
    try {
      this.#shakeHands(socket);
    } catch (cause) {
      this.#onError(cause as Error);
    }
  }

  #shakeHands(socket: Socket): void {
    const { hostname, servername, port } = this.#target;
    const name = this.#tls.servername ?? servername ?? (isIP(hostname) === 0 ? hostname : '');
    const key = `${name}:${hostname}:${port}`;
    const session = this.#sessions.get(key);
    const secure = tlsConnect({
      ...this.#tls,
      socket,
      // What the certificate is checked against when there is no server name.
      host: hostname,
      servername: name,
      ALPNProtocols: ['http/1.1'],
      ...(session === undefined ? {} : { session }),
    });
    this.#socket = secure;
    secure.on('session', (fresh) => this.#sessions.set(key, fresh));
    secure.on('error', this.#onError);
    secure.once('secureConnect', () => this.#succeed(secure));
  }

  #succeed(socket: Socket): void {
    if (this.#done) return;
    const now = this.#loop.time();
    this.#finish(undefined, socket, {
      dnsMs: this.#resolvedMs - this.#startedMs,
      tcpMs: this.#connectedMs - this.#resolvedMs,
      tlsMs: this.#target.isSecure ? now - this.#connectedMs : 0,
      address: socket.remoteAddress ?? '',
    });
  }

  #failed(errors: readonly Error[]): void {
    const reasons = errors.map((error) => error.message).join('; ');
    const cause = errors.length === 1 ? errors[0] : new AggregateError(errors, reasons);
    const message = `cannot connect to ${this.#where}: ${reasons}`;
    this.#finish(new ConnectError('ERR_OXBOW_HTTP_CONNECT', message, { cause }));
  }

  // Stays attached afterwards: undici adds its own listener, and an error without any would end the process.
  readonly #onError = (cause: Error): void => {
    if (this.#done) return;
    this.#socket?.destroy();
    const message = `the TLS handshake with ${this.#where} failed: ${cause.message}`;
    this.#finish(new TlsError('ERR_OXBOW_HTTP_TLS', message, { cause }));
  };

  get #where(): string {
    return `${this.#target.hostname}:${this.#target.port}`;
  }

  #finish(error: HttpError | undefined, socket?: Socket, info?: ConnectionInfo): void {
    this.#done = true;
    this.#callback(error, socket, info);
  }
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
