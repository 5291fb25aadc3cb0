/**
 * The options of `serve`: names, units, defaults and ranges.
 */
import { checkOptions } from '@oxbow/loop/lowlevel';
import {
  CONNECTION_OPTION_NAMES,
  type ConnectionOptions,
  type ConnectionSettings,
  checkCount,
  checkDuration,
  connectionSettings,
  defined,
} from '../connection/connection-options.ts';
import { SocketInputError } from '../errors.ts';
import { isToken } from '../protocol/header-list.ts';
import { memoryBroker } from '../topic/memory-broker.ts';
import type { TopicBroker } from '../topic/topic-broker.ts';
import type { HttpServer } from '../transport/portable.ts';
import { type OriginCheck, type OriginsOption, originCheck } from './origin.ts';

/** Options of `serve`. */
export interface ServeOptions extends ConnectionOptions {
  /** The port to listen on; 0, the default, takes a free one. Not with `server`. */
  readonly port?: number | undefined;
  /** The address to listen on. Default `'127.0.0.1'`: this machine alone; `'0.0.0.0'` or `'::'` for all. Not with `server`. */
  readonly host?: string | undefined;
  /** Serve upgrades on a server of `node:http` or `node:https` that listens elsewhere; its routes go on working. */
  readonly server?: HttpServer | undefined;
  /** The one path to serve, e.g. `'/chat'`; others get 404. Default: every path. */
  readonly path?: string | undefined;
  /** Web pages that may connect besides those of the same host. Default none. Clients that are no browsers send no origin. */
  readonly origins?: OriginsOption | undefined;
  /** Subprotocols the server speaks; the client's first that is among them is agreed on. Default none. */
  readonly subprotocols?: readonly string[] | undefined;
  /** Connections at once; beyond, an upgrade is answered with 503. Default 10,000, ≥ 1. */
  readonly maxConnections?: number | undefined;
  /** How long a client may take from connecting to a complete upgrade request, in ms. Default 10,000. Not with `server`. */
  readonly handshakeTimeoutMs?: number | undefined;
  /** Where topics live. Default `memoryBroker()`; a given one is not closed with the server. */
  readonly broker?: TopicBroker | undefined;
  /** Told of errors nobody else hears: a handler that threw. Default: printed by console.error. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** The defaults of the options that only `serve` has. */
export const SERVE_DEFAULTS: Readonly<{
  port: number;
  host: string;
  maxConnections: number;
  handshakeTimeoutMs: number;
}> = Object.freeze({
  port: 0,
  host: '127.0.0.1',
  maxConnections: 10_000,
  handshakeTimeoutMs: 10_000,
});

const OPTION_NAMES: readonly string[] = Object.freeze([
  ...CONNECTION_OPTION_NAMES,
  ...Object.keys(SERVE_DEFAULTS),
  'server',
  'path',
  'origins',
  'subprotocols',
  'broker',
  'onError',
]);

/** Checked and completed options. */
export interface ServeSettings {
  readonly connection: ConnectionSettings;
  readonly port: number;
  readonly host: string;
  readonly server: HttpServer | undefined;
  readonly path: string | undefined;
  readonly isOriginAllowed: OriginCheck;
  readonly subprotocols: readonly string[];
  readonly maxConnections: number;
  readonly handshakeTimeoutMs: number;
  readonly broker: TopicBroker;
  readonly ownsBroker: boolean;
  readonly onError: (error: unknown) => void;
}

/** @throws SocketInputError for a value out of range, OxbowError `ERR_OXBOW_UNKNOWN_OPTION` for an unknown name */
export function serveSettings(given: ServeOptions): ServeSettings {
  checkOptions(given, OPTION_NAMES, 'serve()', { number: 'port', string: 'host' });
  const { server, path, origins, subprotocols = [], broker, onError } = given;
  const { port, host, maxConnections, handshakeTimeoutMs } = { ...SERVE_DEFAULTS, ...defined(given) };
  if (server !== undefined && (given.port !== undefined || given.host !== undefined)) {
    throw new SocketInputError('serve() takes either a server, or a port and host to listen on; not both.');
  }
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new SocketInputError(`port must be a whole number from 0 to 65535; got ${String(port)}.`);
  }
  if (path !== undefined && !path.startsWith('/')) {
    throw new SocketInputError(`path must begin with "/"; got ${JSON.stringify(path)}.`);
  }
  checkCount('maxConnections', maxConnections, true);
  checkDuration('handshakeTimeoutMs', handshakeTimeoutMs);
  checkSubprotocols(subprotocols);
  return {
    connection: connectionSettings(given),
    port,
    host,
    server,
    path,
    isOriginAllowed: originCheck(origins),
    subprotocols,
    maxConnections,
    handshakeTimeoutMs,
    broker: broker ?? memoryBroker(),
    ownsBroker: broker === undefined,
    onError: onError ?? ((error) => console.error(error)),
  };
}

/** @throws SocketInputError unless they are tokens, each once (RFC 6455 §4.1 item 10) */
export function checkSubprotocols(names: readonly string[]): void {
  if (Array.isArray(names) && names.every((name) => typeof name === 'string' && isToken(name))) {
    if (new Set(names).size === names.length) return;
  }
  throw new SocketInputError(
    `subprotocols must be a list of tokens, each once; got ${JSON.stringify(names)}.`,
  );
}
