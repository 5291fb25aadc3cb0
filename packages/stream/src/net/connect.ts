/** Opens connections: one attempt with a deadline, over TCP, TLS or a Unix socket. */
import { connect as connectSocket, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions as TlsConnectionOptions } from 'node:tls';
import { currentLoop, type EventLoop, Future } from '@oxbow/loop';
import { checkOptions, durationFault, outsideAllTasks } from '@oxbow/loop/lowlevel';
import { StreamInputError } from '../errors.ts';
import { checkSignal } from '../overflow.ts';
import {
  CONNECTION_DEFAULTS,
  type ConnectionOptions,
  type ConnectionSettings,
  connectionSettings,
  NetConnection,
} from './connection.ts';
import { inWords, NetError } from './net-error.ts';

/** What `tls` takes: Node's options of `tls.connect` that concern certificates, names and protocols. */
export type ConnectTls = Omit<
  TlsConnectionOptions,
  'host' | 'port' | 'path' | 'socket' | 'allowHalfOpen' | 'highWaterMark' | 'lookup' | 'timeout' | 'onread'
>;

/** Options of `connectTcp` and `connectUnix`. */
export interface ConnectOptions extends ConnectionOptions {
  /** TLS with the defaults (`true`: the certificate must be vouched for) or with these options. Default: none. */
  readonly tls?: boolean | ConnectTls | undefined;
  /** How long the connection may take to be there, names and TLS included, in ms. Default 10,000; Infinity for no limit. */
  readonly connectTimeoutMs?: number | undefined;
  /** The address of this machine to connect from. Default: the system's choice. */
  readonly localAddress?: string | undefined;
  /** Aborting it ends the attempt, or gives the connection up; the reader sees `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/** The defaults of the options that only connecting has. */
export const CONNECT_DEFAULTS: Readonly<{ connectTimeoutMs: number }> = Object.freeze({
  connectTimeoutMs: 10_000,
});

const OPTION_NAMES: readonly string[] = Object.freeze([
  ...Object.keys(CONNECTION_DEFAULTS),
  'tls',
  'connectTimeoutMs',
  'localAddress',
  'signal',
]);

/** Where to connect to. */
interface Target {
  readonly address: string;
  readonly where: { readonly host: string; readonly port: number } | { readonly path: string };
}

/**
 * Connects over TCP. A name with several addresses is tried as RFC 8305 says ("happy eyeballs"), by Node.
 *
 * @param host a name or an address of IP version 4 or 6
 * @param port 1 to 65,535
 * @returns a Future of the open connection; cancelling it, or the task that awaits it, ends the attempt
 * @throws StreamInputError and `ERR_OXBOW_UNKNOWN_OPTION` at once; NetError `ERR_OXBOW_NET_CONNECT`,
 *   `ERR_OXBOW_NET_CONNECT_TIMEOUT` or `ERR_OXBOW_NET_TLS` when it fails
 *
 * @example
 * ```ts
 * import { connectTcp } from '@oxbow/stream/net';
 *
 * const connection = await connectTcp('example.org', 80);
 * await connection.write(new TextEncoder().encode('GET / HTTP/1.0\r\nHost: example.org\r\n\r\n'));
 * for await (const bytes of connection) console.log(bytes.byteLength);
 * ```
 */
export function connectTcp(host: string, port: number, options: ConnectOptions = {}): Future<NetConnection> {
  if (typeof host !== 'string' || host === '') {
    throw new StreamInputError(
      `connectTcp() takes a host and then a port; got ${inQuotes(host)} as the host.`,
    );
  }
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new StreamInputError(
      `connectTcp(): port must be a whole number from 1 to 65535; got ${inQuotes(port)}.`,
    );
  }
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return open({ address, where: { host, port } }, options, 'connectTcp()');
}

/**
 * Connects to a Unix socket, or to a named pipe of Windows.
 *
 * @param path of the socket's file
 * @returns and throws what `connectTcp` does
 */
export function connectUnix(path: string, options: ConnectOptions = {}): Future<NetConnection> {
  if (typeof path !== 'string' || path === '') {
    throw new StreamInputError(`connectUnix() takes the path of a socket; got ${inQuotes(path)}.`);
  }
  return open({ address: path, where: { path } }, options, 'connectUnix()');
}

function open(target: Target, options: ConnectOptions, caller: string): Future<NetConnection> {
  checkOptions(options, OPTION_NAMES, caller);
  const settings = connectionSettings(options, caller);
  const connectTimeoutMs = options.connectTimeoutMs ?? CONNECT_DEFAULTS.connectTimeoutMs;
  const fault = durationFault(connectTimeoutMs);
  if (fault !== undefined) throw new StreamInputError(`${caller}: connectTimeoutMs ${fault}.`);
  const { signal } = options;
  checkSignal(signal, caller);
  const loop = currentLoop();
  const attempt = new Attempt(target, options, settings, loop);
  if (signal?.aborted) {
    attempt.future.setException(signal.reason);
    return attempt.future;
  }
  attempt.begin(connectTimeoutMs);
  return attempt.future;
}

class Attempt {
  readonly future: Future<NetConnection>;
  private readonly target: Target;
  private readonly options: ConnectOptions;
  private readonly settings: ConnectionSettings;
  private readonly loop: EventLoop;
  private socket: Socket | undefined;
  private timer: { cancel(): void } | undefined;
  /** True once TCP is there and TLS is being agreed on. */
  private isReached = false;
  private readonly onAbort = (): void => this.fail(this.options.signal?.reason);

  constructor(target: Target, options: ConnectOptions, settings: ConnectionSettings, loop: EventLoop) {
    this.target = target;
    this.options = options;
    this.settings = settings;
    this.loop = loop;
    this.future = new Future<NetConnection>({ name: 'connectTcp()', onCancel: () => this.giveUp() });
  }

  begin(connectTimeoutMs: number): void {
    const { options } = this;
    options.signal?.addEventListener('abort', this.onAbort, { once: true });
    const secure = options.tls !== undefined && options.tls !== false;
    let socket: Socket;
    try {
      // What comes from the network belongs to no task, not even to the one that connected.
      socket = outsideAllTasks(() =>
        secure ? this.openTls() : connectSocket({ ...this.common, ...this.target.where }),
      );
    } catch (cause) {
      // Such as an unreadable certificate, or a local address that is none.
      this.fail(this.errorOf(cause));
      return;
    }
    this.socket = socket;
    if (connectTimeoutMs !== Number.POSITIVE_INFINITY) {
      this.timer = this.loop.callLater(connectTimeoutMs, () => this.expire(connectTimeoutMs));
    }
    // A socket that is paused from birth reads nothing before somebody asks.
    if (!secure) socket.pause();
    socket.once('connect', () => {
      this.isReached = true;
    });
    socket.once(secure ? 'secureConnect' : 'connect', () => this.succeed());
    socket.on('error', this.onError);
    socket.once('close', this.onClose);
  }

  private readonly onError = (cause: unknown): void => this.fail(this.errorOf(cause));
  private readonly onClose = (): void => this.fail(this.errorOf(new Error('it was closed')));

  private get common() {
    const { settings, options } = this;
    return {
      allowHalfOpen: true,
      highWaterMark: settings.writeHighWaterMark,
      ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
    };
  }

  private openTls(): Socket {
    const { where } = this.target;
    const given = typeof this.options.tls === 'object' ? this.options.tls : {};
    const servername = 'host' in where && isIP(where.host) === 0 ? { servername: where.host } : {};
    return connectTls({ ...servername, ...given, ...this.common, ...where } as TlsConnectionOptions);
  }

  private succeed(): void {
    const { socket, target } = this;
    this.settle();
    if (socket === undefined) return;
    if (this.future.done) {
      socket.destroy();
      return;
    }
    this.future.setResult(
      new NetConnection({
        socket,
        loop: this.loop,
        settings: this.settings,
        address: target.address,
        path: 'path' in target.where ? target.where.path : undefined,
        signal: this.options.signal,
      }),
    );
  }

  private expire(limitMs: number): void {
    const { address } = this.target;
    const stage = this.isReached ? 'did not finish the TLS handshake' : 'did not answer';
    this.fail(
      new NetError('ERR_OXBOW_NET_CONNECT_TIMEOUT', `${address} ${stage} within ${limitMs} ms.`, address),
    );
  }

  private fail(error: unknown): void {
    this.giveUp();
    if (!this.future.done) this.future.setException(error);
  }

  private giveUp(): void {
    const { socket } = this;
    this.settle();
    // A late error of a socket that is being destroyed has nobody to go to.
    socket?.on('error', () => {});
    socket?.destroy();
  }

  private settle(): void {
    this.timer?.cancel();
    this.options.signal?.removeEventListener('abort', this.onAbort);
    this.socket?.removeListener('error', this.onError);
    this.socket?.removeListener('close', this.onClose);
  }

  private errorOf(cause: unknown): NetError {
    const { address } = this.target;
    return this.isReached
      ? new NetError('ERR_OXBOW_NET_TLS', `No TLS with ${address}: ${inWords(cause)}.`, address, { cause })
      : new NetError('ERR_OXBOW_NET_CONNECT', `Cannot connect to ${address}: ${inWords(cause)}.`, address, {
          cause,
        });
  }
}

function inQuotes(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
