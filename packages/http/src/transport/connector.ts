/**
 * Makes one connection: resolve, ask the guard about every address, connect to one of exactly those (address-race.ts), and
 * shake hands for TLS. IP literals pass the guard too.
 * Keeps no connections and no timers: timeouts come from above as a cancel.
 */
import { isIP, type Socket } from 'node:net';
import { type ConnectionOptions, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { currentLoop } from '@oxbow/loop';
import { BlockedAddressError, ConnectError, type HttpError, ProxyError, TlsError } from '../errors.ts';
import { type AddressGuard, isAllowed } from '../guard/address-guard.ts';
import { AddressRace, type Dial } from './address-race.ts';
import type { ProxyServer } from './proxy-settings.ts';
import type { ResolvedAddress, Resolver } from './resolver.ts';
import { SocketDialing } from './socket-dialing.ts';
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
  /** Goes through this proxy. */
  readonly proxy: ProxyServer | undefined;
  /** Goes to this socket in the file system. */
  readonly socketPath: string | undefined;
  /** Offered by ALPN, the best first. Default HTTP/1.1 alone. */
  readonly protocols?: readonly string[] | undefined;
}

/** Called once, unless the connect was cancelled before. */
export type ConnectCallback = (error: HttpError | undefined, socket?: Socket, info?: ConnectionInfo) => void;

/** A race needs something to dial. */
const SOME_ADDRESS: ResolvedAddress = { address: '', family: 4 };

/** One connection being made. */
class Connecting {
  readonly #target: ConnectTarget;
  readonly #parts: ConnectorParts;
  readonly #callback: ConnectCallback;
  // One clock for all three times, whatever loop the socket's events come on.
  readonly #loop = currentLoop();
  readonly #startedMs = this.#loop.time();
  #resolvedMs = 0;
  #race: AddressRace<SocketDialing> | undefined;
  /** What the proxy is told to connect to, when it was resolved here. */
  #tunnelHost: string | undefined;
  #hostMs = 0;
  #socket: Socket | undefined;
  #done = false;

  constructor(target: ConnectTarget, parts: ConnectorParts, callback: ConnectCallback) {
    this.#target = target;
    this.#parts = parts;
    this.#callback = callback;
  }

  cancel(): void {
    this.#done = true;
    this.#race?.cancel();
    this.#socket?.destroy();
  }

  /** Resolves, asks the guard, and dials: the host itself, its proxy, or a socket in the file system. */
  start(): void {
    const { proxy, socketPath } = this.#target;
    if (socketPath !== undefined) {
      this.#dial(
        undefined,
        (_address, done, failed) => new SocketDialing({ path: socketPath }, done, failed),
      );
    } else if (proxy === undefined) {
      this.#approve((addresses) => this.#dialAddresses(addresses, this.#target.port));
    } else if (this.#target.guard !== undefined || proxy.protocol === 'socks5:') {
      // The proxy is the caller's word; what it is to connect to is looked at here, and then named by its address.
      this.#approve((addresses) => {
        this.#tunnelHost = (addresses[0] as ResolvedAddress).address;
        this.#dialProxy(proxy);
      });
    } else {
      this.#dialProxy(proxy);
    }
  }

  #dialProxy(proxy: ProxyServer): void {
    this.#resolve(proxy.hostname, (addresses) => this.#dialAddresses(addresses, proxy.port));
  }

  #resolve(hostname: string, next: (addresses: readonly ResolvedAddress[]) => void): void {
    const family = isIP(hostname);
    if (family === 4 || family === 6) {
      next([{ address: hostname, family }]);
      return;
    }
    this.#parts.resolver.resolve(hostname, (error, addresses) => {
      if (this.#done) return;
      if (error === undefined) {
        next(addresses);
        return;
      }
      const message = `cannot resolve ${hostname}: ${error.message}`;
      this.#finish(new ConnectError('ERR_OXBOW_HTTP_DNS', message, { cause: error }));
    });
  }

  #approve(next: (addresses: readonly ResolvedAddress[]) => void): void {
    const { hostname, port, guard } = this.#target;
    this.#resolve(hostname, (addresses) =>
      this.#onLoop(() => {
        if (this.#done) return;
        const allowed = addresses.filter((a) => isAllowed(guard, { ...a, hostname, port }));
        if (allowed.length > 0) next(allowed);
        else
          this.#finish(
            new BlockedAddressError(
              hostname,
              addresses.map((a) => a.address),
            ),
          );
      }),
    );
  }

  /** A resolver's callback runs on no loop; a guard is the user's code, and runs on that of the request. */
  #onLoop(ask: () => void): void {
    if (this.#target.guard === undefined || this.#loop.closed) ask();
    else this.#loop.callSoon(ask);
  }

  // The addresses themselves are dialed, so that a name that changes its mind gains nothing.
  #dialAddresses(addresses: readonly ResolvedAddress[], port: number): void {
    const { localAddress } = this.#parts;
    this.#dial(addresses, ({ address, family }, done, failed) => {
      const where = { host: address, family, port, ...(localAddress === undefined ? {} : { localAddress }) };
      return new SocketDialing(where, done, failed);
    });
  }

  #dial(addresses: readonly ResolvedAddress[] | undefined, dial: Dial<SocketDialing>): void {
    this.#resolvedMs = this.#loop.time();
    const race = new AddressRace<SocketDialing>(this.#loop, addresses ?? [SOME_ADDRESS], dial, {
      onWon: ({ socket }) => this.#connected(socket),
      onLost: (errors) => this.#failed(errors),
    });
    this.#race = race;
    race.start();
  }

  #connected(socket: Socket): void {
    this.#socket = socket;
    socket.on('error', this.#onError);
    const { proxy } = this.#target;
    if (proxy === undefined) this.#reached(socket);
    else if (proxy.protocol === 'https:') this.#secureProxy(socket, proxy);
    else this.#tunnel(socket, proxy);
  }

  #secureProxy(socket: Socket, proxy: ProxyServer): void {
    const { hostname } = proxy;
    const servername = isIP(hostname) === 0 ? hostname : '';
    const secure = tlsConnect({ ...this.#parts.proxyTls, socket, host: hostname, servername });
    this.#socket = secure;
    secure.on('error', this.#onError);
    secure.once('secureConnect', () => this.#tunnel(secure, proxy));
  }

  /** Goes on when the proxy has connected to the host; a request that it forwards needs no tunnel. */
  #tunnel(socket: Socket, proxy: ProxyServer): void {
    const { hostname, port, isSecure } = this.#target;
    if (isForwarded(proxy, isSecure)) {
      this.#reached(socket);
      return;
    }
    void import('./tunnel.ts').then(({ openTunnel }) => {
      if (this.#done) return;
      openTunnel(socket, proxy, { host: this.#tunnelHost ?? hostname, port }, (error) => {
        if (this.#done) return;
        if (error === undefined) this.#reached(socket);
        else this.#finish(error);
      });
    });
  }

  /** The socket speaks to the host. */
  #reached(socket: Socket): void {
    if (this.#done) return;
    if (!this.#target.isSecure) {
      this.#succeed(socket);
      return;
    }
    this.#hostMs = this.#loop.time();
    try {
      this.#shakeHands(socket);
    } catch (cause) {
      this.#onError(cause as Error);
    }
  }

  #shakeHands(socket: Socket): void {
    const { hostname, servername, port, protocols = ['http/1.1'] } = this.#target;
    const name = this.#parts.tls.servername ?? servername ?? (isIP(hostname) === 0 ? hostname : '');
    const key = `${name}:${hostname}:${port}`;
    const session = this.#parts.sessions.get(key);
    const secure = tlsConnect({
      ...this.#parts.tls,
      socket,
      // What the certificate is checked against when there is no server name.
      host: hostname,
      servername: name,
      ALPNProtocols: [...protocols],
      ...(session === undefined ? {} : { session }),
    });
    this.#socket = secure;
    secure.on('session', (fresh) => this.#parts.sessions.set(key, fresh));
    secure.on('error', this.#onError);
    secure.once('secureConnect', () => this.#succeed(secure));
  }

  #succeed(socket: Socket): void {
    if (this.#done) return;
    const now = this.#loop.time();
    this.#finish(undefined, socket, {
      dnsMs: this.#resolvedMs - this.#startedMs,
      tcpMs: (this.#hostMs || now) - this.#resolvedMs,
      tlsMs: this.#target.isSecure ? now - this.#hostMs : 0,
      address: socket.remoteAddress ?? '',
      protocol: (this.#target.isSecure && (socket as TLSSocket).alpnProtocol) || undefined,
    });
  }

  #failed(errors: readonly Error[]): void {
    const reasons = errors.map((error) => error.message).join('; ');
    const cause = errors.length === 1 ? errors[0] : new AggregateError(errors, reasons);
    if (this.#target.proxy !== undefined) {
      this.#finish(
        new ProxyError(`cannot connect to the proxy ${this.#where}: ${reasons}`, undefined, { cause }),
      );
      return;
    }
    const message = `cannot connect to ${this.#where}: ${reasons}`;
    this.#finish(new ConnectError('ERR_OXBOW_HTTP_CONNECT', message, { cause }));
  }

  // Stays attached afterwards: undici adds its own listener, and an error without any would end the process.
  readonly #onError = (cause: Error): void => {
    if (this.#done) return;
    this.#socket?.destroy();
    const { proxy } = this.#target;
    if (this.#hostMs === 0 && proxy !== undefined) {
      this.#finish(new ProxyError(`the proxy ${this.#where} failed: ${cause.message}`, undefined, { cause }));
      return;
    }
    const message = `the TLS handshake with ${this.#where} failed: ${cause.message}`;
    this.#finish(new TlsError('ERR_OXBOW_HTTP_TLS', message, { cause }));
  };

  get #where(): string {
    const { proxy, socketPath, hostname, port } = this.#target;
    if (socketPath !== undefined) return socketPath;
    return proxy === undefined || this.#hostMs !== 0
      ? `${hostname}:${port}`
      : `${proxy.hostname}:${proxy.port}`;
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

/** What the connections of a transport have in common. */
interface ConnectorParts {
  readonly resolver: Resolver;
  readonly tls: TlsOptions;
  /** For the TLS to an https proxy: a certificate of the host's is not the proxy's. */
  readonly proxyTls: TlsOptions;
  readonly sessions: TlsSessions;
  readonly localAddress: string | undefined;
}

/** Whether a proxy is sent the request itself, with an absolute URL, in place of making a tunnel (RFC 9112 §3.2.2). */
export function isForwarded(proxy: ProxyServer | undefined, isSecure: boolean): boolean {
  return !isSecure && (proxy?.protocol === 'http:' || proxy?.protocol === 'https:');
}

/** Makes connections with one resolver and one set of TLS options. */
export class Connector {
  readonly #parts: ConnectorParts;

  constructor(resolver: Resolver, tls: TlsOptions, localAddress?: string) {
    const { ca, rejectUnauthorized, minVersion, maxVersion, ciphers } = tls;
    const proxyTls = Object.fromEntries(
      Object.entries({ ca, rejectUnauthorized, minVersion, maxVersion, ciphers }).filter(
        ([, v]) => v !== undefined,
      ),
    );
    this.#parts = { resolver, tls, proxyTls, sessions: new TlsSessions(), localAddress };
  }

  /** Starts to connect. The returned function gives up: the socket is closed and the callback never called. */
  connect(target: ConnectTarget, callback: ConnectCallback): () => void {
    const connecting = new Connecting(target, this.#parts, callback);
    connecting.start();
    return () => connecting.cancel();
  }
}
