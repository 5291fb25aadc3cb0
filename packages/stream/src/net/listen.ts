/** Listens for connections: checks the options, begins to listen, and gives a server. */
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { currentLoop, type EventLoop, Future } from '@oxbow/loop';
import { checkOptions, durationFault, outsideAllTasks } from '@oxbow/loop/lowlevel';
import { StreamInputError } from '../errors.ts';
import { checkCount } from '../overflow.ts';
import {
  CONNECTION_DEFAULTS,
  type ConnectionOptions,
  type ConnectionSettings,
  connectionSettings,
  NetConnection,
} from './connection.ts';
import { type ConnectionHandler, startHandler } from './handler-task.ts';
import { inWords, NetError } from './net-error.ts';
import { NetServer, ServerState } from './server.ts';

export type { ConnectionHandler } from './handler-task.ts';

/** What `tls` takes: Node's options of `tls.createServer` that concern certificates, names and protocols. */
export type ListenTls = Omit<
  TlsOptions,
  'allowHalfOpen' | 'pauseOnConnect' | 'highWaterMark' | 'handshakeTimeout' | 'noDelay' | 'keepAlive'
>;

/** Options of `listenTcp` and `listenUnix`. */
export interface ListenOptions extends ConnectionOptions {
  /** The address to listen on. Default `'127.0.0.1'`: this machine alone; `'0.0.0.0'` or `'::'` for all. TCP only. */
  readonly host?: string | undefined;
  /** TLS with a key and a certificate. Default: none. */
  readonly tls?: ListenTls | undefined;
  /** Connections at once; those beyond are closed at once. Default 10,000. Range: 1 or more, Infinity for no limit. */
  readonly maxConnections?: number | undefined;
  /** How long a TLS handshake may take, in ms. Default 10,000. */
  readonly handshakeTimeoutMs?: number | undefined;
  /** Connections that may wait in the system to be accepted. Default 511, as in Node; the system may cut it. */
  readonly backlog?: number | undefined;
  /** Told of errors nobody else hears: a handler that threw. Default: printed by console.error. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** The defaults of the options that only listening has. */
export const LISTEN_DEFAULTS: Readonly<{
  host: string;
  maxConnections: number;
  handshakeTimeoutMs: number;
  backlog: number;
}> = Object.freeze({ host: '127.0.0.1', maxConnections: 10_000, handshakeTimeoutMs: 10_000, backlog: 511 });

const OPTION_NAMES: readonly string[] = Object.freeze([
  ...Object.keys(CONNECTION_DEFAULTS),
  ...Object.keys(LISTEN_DEFAULTS),
  'tls',
  'onError',
]);

/**
 * Listens on a TCP port: each connection gets a task that runs `handler`.
 *
 * An async handler (or a generator) owns its connection: when it ends, the connection is closed in good order; one that
 * throws gives it up, and `onError` is told. A plain function may return at once; then the connection is open until somebody
 * closes it. Nothing cancels a handler because its connection ended: its stream ends or fails, and its writes fail.
 *
 * @param port 0 takes a free one, which `server.port` tells
 * @returns a Future of the listening server
 * @throws StreamInputError and `ERR_OXBOW_UNKNOWN_OPTION` at once; NetError `ERR_OXBOW_NET_LISTEN` when the port cannot be had
 *
 * @example
 * ```ts
 * import { listenTcp } from '@oxbow/stream/net';
 *
 * const server = await listenTcp(0, async (connection) => {
 *   for await (const bytes of connection) await connection.write(bytes);
 * });
 * await server.close();
 * ```
 */
export function listenTcp(
  port: number,
  handler: ConnectionHandler,
  options: ListenOptions = {},
): Future<NetServer> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new StreamInputError(
      `listenTcp(): port must be a whole number from 0 to 65535; got ${inQuotes(port)}.`,
    );
  }
  const settings = listenSettings(handler, options, 'listenTcp()');
  const { host } = settings;
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return listen(settings, address, undefined, (server) =>
    server.listen({ port, host, backlog: settings.backlog }),
  );
}

/**
 * Listens on a Unix socket, or on a named pipe of Windows. The file goes away with the server; one that is left over from
 * a process that was killed is not removed.
 *
 * @param path of the file to make
 * @returns and throws what `listenTcp` does
 */
export function listenUnix(
  path: string,
  handler: ConnectionHandler,
  options: Omit<ListenOptions, 'host'> = {},
): Future<NetServer> {
  if (typeof path !== 'string' || path === '') {
    throw new StreamInputError(`listenUnix() takes the path of a socket; got ${inQuotes(path)}.`);
  }
  if ('host' in options) throw new StreamInputError('listenUnix() takes no host: the path is the address.');
  const settings = listenSettings(handler, options, 'listenUnix()');
  return listen(settings, path, path, (server) => server.listen({ path, backlog: settings.backlog }));
}

interface ListenSettings {
  readonly handler: ConnectionHandler;
  readonly connection: ConnectionSettings;
  readonly host: string;
  readonly tls: ListenTls | undefined;
  readonly maxConnections: number;
  readonly handshakeTimeoutMs: number;
  readonly backlog: number;
  readonly onError: (error: unknown) => void;
}

function listenSettings(handler: ConnectionHandler, options: ListenOptions, where: string): ListenSettings {
  if (typeof handler !== 'function') {
    throw new StreamInputError(
      `${where} takes a handler, a function of one connection; got ${typeof handler}.`,
    );
  }
  checkOptions(options, OPTION_NAMES, where);
  const {
    host = LISTEN_DEFAULTS.host,
    maxConnections = LISTEN_DEFAULTS.maxConnections,
    handshakeTimeoutMs = LISTEN_DEFAULTS.handshakeTimeoutMs,
    backlog = LISTEN_DEFAULTS.backlog,
    tls,
    onError = (error: unknown) => console.error(error),
  } = options;
  if (typeof host !== 'string' || host === '') {
    throw new StreamInputError(`${where}: host must be a name or an address; got ${inQuotes(host)}.`);
  }
  checkCount(maxConnections, `${where}: maxConnections`, true);
  checkCount(backlog, `${where}: backlog`);
  const fault = durationFault(handshakeTimeoutMs, { infinity: false });
  if (fault !== undefined) throw new StreamInputError(`${where}: handshakeTimeoutMs ${fault}.`);
  const connection = connectionSettings(options, where);
  return { handler, connection, host, tls, maxConnections, handshakeTimeoutMs, backlog, onError };
}

function listen(
  settings: ListenSettings,
  address: string,
  path: string | undefined,
  begin: (server: Server) => void,
): Future<NetServer> {
  const loop = currentLoop();
  const failure = (cause: unknown): NetError =>
    new NetError('ERR_OXBOW_NET_LISTEN', `Cannot listen on ${address}: ${inWords(cause)}.`, address, {
      cause,
    });
  let server: Server | undefined;
  const future = new Future<NetServer>({ name: 'listen', onCancel: () => void server?.close() });
  try {
    // What comes from the network belongs to no task, not even to the one that listens.
    server = outsideAllTasks(() => openServer(settings));
    const opened = server;
    const onError = (cause: unknown): void => {
      if (!future.done) future.setException(failure(cause));
    };
    opened.once('error', onError);
    opened.once('listening', () => {
      opened.removeListener('error', onError);
      if (future.done) opened.close();
      else future.setResult(serverOf(opened, settings, loop, path));
    });
    outsideAllTasks(() => begin(opened));
  } catch (cause) {
    // Such as a key that does not belong to its certificate.
    if (!future.done) future.setException(failure(cause));
  }
  return future;
}

function openServer(settings: ListenSettings): Server {
  const common = {
    allowHalfOpen: true,
    pauseOnConnect: true,
    highWaterMark: settings.connection.writeHighWaterMark,
  };
  const server =
    settings.tls === undefined
      ? createServer(common)
      : createTlsServer({ ...settings.tls, ...common, handshakeTimeout: settings.handshakeTimeoutMs });
  if (settings.maxConnections !== Number.POSITIVE_INFINITY) server.maxConnections = settings.maxConnections;
  return server;
}

function serverOf(
  server: Server,
  settings: ListenSettings,
  loop: EventLoop,
  path: string | undefined,
): NetServer {
  const state = new ServerState(server, loop);
  // Such as running out of file descriptors: Node goes on accepting once there are some.
  server.on('error', settings.onError);
  server.on('drop', () => {
    state.refused++;
  });
  server.on('tlsClientError', (_error: Error, socket: Socket) => {
    state.failedHandshakes++;
    // Node tells of a handshake that takes too long, and leaves it open.
    socket.destroy();
  });
  server.on(settings.tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    if (!state.isAccepting || socket.destroyed) {
      socket.destroy();
      return;
    }
    const connection = new NetConnection({
      socket,
      loop,
      settings: settings.connection,
      address: peerOf(socket, path),
      path,
      signal: undefined,
    });
    state.opened(connection);
    startHandler({
      handler: settings.handler,
      connection,
      loop,
      onError: settings.onError,
      onStart: (task) => state.handling(task),
    });
  });
  return new NetServer(state);
}

function peerOf(socket: Socket, path: string | undefined): string {
  if (path !== undefined) return path;
  const { remoteAddress: host = 'somebody', remotePort: port } = socket;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function inQuotes(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
