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
import { errorOwner } from '../connection/error-owner.ts';
import { SocketInputError } from '../errors.ts';
import { isToken } from '../protocol/header-list.ts';
import type { Socket } from '../socket/socket.ts';
import { memoryBroker } from '../topic/memory-broker.ts';
import type { TopicBroker } from '../topic/topic-broker.ts';
import type { HttpServer } from '../transport/portable.ts';
import { type OriginCheck, type OriginsOption, originCheck } from './origin.ts';
import type { UpgradeAnswer, UpgradeInfo } from './upgrade-info.ts';

/** Decides about a socket and a topic; one that throws says no, and `onError` is told. */
export type TopicRule<Data> = (socket: Socket<Data>, topic: string) => boolean | PromiseLike<boolean>;

/** Options of `serve`. */
// biome-ignore lint/suspicious/noExplicitAny: callers that name the type of `data` have it checked; the others need not.
export interface ServeOptions<Data = any> extends ConnectionOptions {
  /** The port to listen on; 0, the default, takes a free one. Not with `server`. */
  readonly port?: number | undefined;
  /** The address to listen on. Default `'127.0.0.1'`: this machine alone; `'0.0.0.0'` or `'::'` for all. Not with `server`. */
  readonly host?: string | undefined;
  /**
   * Serve upgrades on a server of `node:http`, `node:https` or `node:http2` (RFC 8441, and upgrades with `allowHTTP1`) that
   * listens elsewhere; its routes go on working.
   */
  readonly server?: HttpServer | undefined;
  /** The one path to serve, e.g. `'/chat'`; others get 404. Default: every path. */
  readonly path?: string | undefined;
  /** Web pages that may connect besides those of the same host. Default none. Clients that are no browsers send no origin. */
  readonly origins?: OriginsOption | undefined;
  /** Subprotocols the server speaks; the client's first that is among them is agreed on. Default none. */
  readonly subprotocols?: readonly string[] | undefined;
  /** Connections at once; beyond, an upgrade is answered with 503. Default 10,000, ≥ 1. */
  readonly maxConnections?: number | undefined;
  /**
   * How long a client may take from connecting to a complete upgrade request (on a server of our own), and how long
   * `onUpgrade` and `origins` may take to answer it, in ms. Default 10,000.
   */
  readonly handshakeTimeoutMs?: number | undefined;
  /**
   * Asked before a client is let in: who is it? Its `data` becomes `socket.data`; or it refuses with a status. May be
   * async, within `handshakeTimeoutMs`. One that throws refuses with 500, and `onError` is told. Default: everybody.
   */
  readonly onUpgrade?:
    | ((request: UpgradeInfo) => UpgradeAnswer<Data> | PromiseLike<UpgradeAnswer<Data>>)
    | undefined;
  /** Connections at once from one IP address; beyond, 429. Default Infinity, ≥ 1. Behind a proxy all have its address. */
  readonly maxConnectionsPerAddress?: number | undefined;
  /** Upgrades in a second from one IP address; beyond, 429. Default Infinity, ≥ 1. */
  readonly maxUpgradesPerSecondPerAddress?: number | undefined;
  /** Upgrades that may wait for `onUpgrade` or `origins` at once; beyond, 503. Default 1,000, ≥ 1. */
  readonly maxPendingUpgrades?: number | undefined;
  /** Whether a handler goes on when its connection has ended; else it is cancelled. Default false. */
  readonly detached?: boolean | undefined;
  /** Whether messages of topics carry their positions, so that clients of this package resume by themselves. Default false. */
  readonly positions?: boolean | undefined;
  /** Whether a socket may join a topic: asked at every `join`. Default: yes. */
  readonly mayJoin?: TopicRule<Data> | undefined;
  /** Whether a socket may publish to a topic: asked at every `socket.publish`. Default: yes. */
  readonly mayPublish?: TopicRule<Data> | undefined;
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
  maxPendingUpgrades: number;
  maxConnectionsPerAddress: number;
  maxUpgradesPerSecondPerAddress: number;
  handshakeTimeoutMs: number;
  detached: boolean;
  positions: boolean;
}> = Object.freeze({
  port: 0,
  host: '127.0.0.1',
  maxConnections: 10_000,
  maxPendingUpgrades: 1_000,
  maxConnectionsPerAddress: Number.POSITIVE_INFINITY,
  maxUpgradesPerSecondPerAddress: Number.POSITIVE_INFINITY,
  handshakeTimeoutMs: 10_000,
  detached: false,
  positions: false,
});

const OPTION_NAMES: readonly string[] = Object.freeze([
  ...CONNECTION_OPTION_NAMES,
  ...Object.keys(SERVE_DEFAULTS),
  'server',
  'path',
  'origins',
  'subprotocols',
  'onUpgrade',
  'mayJoin',
  'mayPublish',
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
  readonly maxPendingUpgrades: number;
  readonly maxConnectionsPerAddress: number;
  readonly maxUpgradesPerSecondPerAddress: number;
  readonly handshakeTimeoutMs: number;
  readonly onUpgrade: ((request: UpgradeInfo) => UpgradeAnswer | PromiseLike<UpgradeAnswer>) | undefined;
  readonly detached: boolean;
  readonly positions: boolean;
  readonly mayJoin: TopicRule<never> | undefined;
  readonly mayPublish: TopicRule<never> | undefined;
  readonly broker: TopicBroker;
  readonly ownsBroker: boolean;
  readonly onError: (error: unknown) => void;
}

/** @throws SocketInputError for a value out of range, OxbowError `ERR_OXBOW_UNKNOWN_OPTION` for an unknown name */
export function serveSettings(given: ServeOptions): ServeSettings {
  checkOptions(given, OPTION_NAMES, 'serve()', { number: 'port', string: 'host' });
  const { server, path, origins, subprotocols = [], broker } = given;
  const { port, host, maxConnections, maxPendingUpgrades, handshakeTimeoutMs, detached, positions } = {
    ...SERVE_DEFAULTS,
    ...defined(given),
  };
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
  checkCount('maxPendingUpgrades', maxPendingUpgrades, true);
  const { maxConnectionsPerAddress, maxUpgradesPerSecondPerAddress } = {
    ...SERVE_DEFAULTS,
    ...defined(given),
  };
  checkCount('maxConnectionsPerAddress', maxConnectionsPerAddress, true);
  checkCount('maxUpgradesPerSecondPerAddress', maxUpgradesPerSecondPerAddress, true);
  for (const name of ['onUpgrade', 'mayJoin', 'mayPublish', 'onError'] as const)
    checkFunction(name, given[name]);
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
    maxPendingUpgrades,
    maxConnectionsPerAddress,
    maxUpgradesPerSecondPerAddress,
    handshakeTimeoutMs,
    onUpgrade: given.onUpgrade,
    detached,
    positions,
    mayJoin: given.mayJoin as TopicRule<never> | undefined,
    mayPublish: given.mayPublish as TopicRule<never> | undefined,
    broker: broker ?? memoryBroker(),
    ownsBroker: broker === undefined,
    onError: errorOwner(given.onError),
  };
}

function checkFunction(name: string, value: unknown): void {
  if (value === undefined || typeof value === 'function') return;
  throw new SocketInputError(`${name} must be a function; got ${typeof value}.`);
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
