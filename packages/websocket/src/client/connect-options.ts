/**
 * The options of `connect`: names, units, defaults and ranges.
 */
import type { Backoff } from '@oxbow/loop/backoff';
import { checkOptions } from '@oxbow/loop/lowlevel';
import {
  CONNECTION_OPTION_NAMES,
  type ConnectionOptions,
  type ConnectionSettings,
  checkDuration,
  connectionSettings,
} from '../connection/connection-options.ts';
import { errorOwner } from '../connection/error-owner.ts';
import { SocketInputError } from '../errors.ts';
import { checkSubprotocols } from '../server/serve-options.ts';
import type { Agent } from '../transport/client-upgrade.ts';
import type { TlsOptions } from '../transport/portable.ts';
import { parseAddress } from './address.ts';
import { type ReconnectOptions, reconnectSettings } from './reconnect-options.ts';

/** Something, or what makes it anew for every attempt. */
export type Fresh<T> = T | (() => T | PromiseLike<T>);

/** Headers of a request. */
export type RequestHeaders = Readonly<Record<string, string>>;

/** Options of `connect`. */
export interface ConnectOptions extends ConnectionOptions {
  /** Subprotocols to offer, the preferred first. Default none. */
  readonly protocols?: readonly string[] | undefined;
  /** Headers to add to the request, or a function asked at every attempt; those of the handshake itself cannot be set. */
  readonly headers?: Fresh<RequestHeaders> | undefined;
  /** For wss: certificates and their checks, as `node:tls` takes them. Default: what the system trusts. */
  readonly tls?: TlsOptions | undefined;
  /** An agent of `node:http` (of `node:https` for wss) that makes the TCP connection. Default: a connection of its own. */
  readonly agent?: Agent | undefined;
  /** An HTTP proxy to tunnel through (CONNECT), such as `http://user:password@proxy:3128`. Not with `agent`. */
  readonly proxy?: string | URL | undefined;
  /** How long one attempt may take, its functions, connecting and upgrading, in ms. Default 10,000. */
  readonly handshakeTimeoutMs?: number | undefined;
  /** Connect again when the connection is lost: true for the defaults of `Backoff`. Default false. */
  readonly reconnect?: boolean | ReconnectOptions | undefined;
  /** Told of errors of your functions that nobody else hears. Default: printed by console.error. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** The defaults of the options that only `connect` has. */
export const CONNECT_DEFAULTS: Readonly<{ handshakeTimeoutMs: number }> = Object.freeze({
  handshakeTimeoutMs: 10_000,
});

const OPTION_NAMES: readonly string[] = Object.freeze([
  ...CONNECTION_OPTION_NAMES,
  ...Object.keys(CONNECT_DEFAULTS),
  'protocols',
  'headers',
  'tls',
  'agent',
  'proxy',
  'reconnect',
  'onError',
]);

/** Checked and completed options. */
export interface ConnectSettings {
  /** The address of the next attempt. */
  readonly address: () => URL | PromiseLike<URL>;
  /** The headers of the next attempt. */
  readonly headers: () => RequestHeaders | PromiseLike<RequestHeaders>;
  /** Whether one of them is a function: a refusal may then change. */
  readonly isFresh: boolean;
  readonly connection: ConnectionSettings;
  readonly protocols: readonly string[];
  readonly tls: TlsOptions;
  readonly agent: Agent | undefined;
  readonly proxy: URL | undefined;
  readonly handshakeTimeoutMs: number;
  readonly reconnect: Backoff | undefined;
  readonly onError: (error: unknown) => void;
}

/** @throws SocketInputError for a value out of range, OxbowError `ERR_OXBOW_UNKNOWN_OPTION` for an unknown name */
export function connectSettings(address: Fresh<string | URL>, given: ConnectOptions): ConnectSettings {
  checkOptions(given, OPTION_NAMES, 'connect()');
  const { protocols = [], headers = {}, reconnect = false, agent, proxy } = given;
  const handshakeTimeoutMs = given.handshakeTimeoutMs ?? CONNECT_DEFAULTS.handshakeTimeoutMs;
  checkDuration('handshakeTimeoutMs', handshakeTimeoutMs);
  checkSubprotocols(protocols);
  if (agent !== undefined && proxy !== undefined) {
    throw new SocketInputError('connect() takes either an agent or a proxy, not both.');
  }
  return {
    address: addresses(address),
    headers:
      typeof headers === 'function' ? async () => checkHeaders(await headers()) : fixedHeaders(headers),
    isFresh: typeof address === 'function' || typeof headers === 'function',
    connection: connectionSettings(given),
    protocols,
    tls: given.tls ?? {},
    agent,
    proxy: proxy === undefined ? undefined : proxyUrl(proxy),
    handshakeTimeoutMs,
    reconnect: reconnectSettings(reconnect),
    onError: errorOwner(given.onError),
  };
}

function addresses(address: Fresh<string | URL>): () => URL | PromiseLike<URL> {
  if (typeof address === 'function') return async () => parseAddress(await address());
  const url = parseAddress(address);
  return () => url;
}

function fixedHeaders(headers: RequestHeaders): () => RequestHeaders {
  checkHeaders(headers);
  return () => headers;
}

/** Values are checked by Node when the request is made; it does not show them. */
function checkHeaders(headers: RequestHeaders): RequestHeaders {
  if (typeof headers === 'object' && headers !== null && !Array.isArray(headers)) return headers;
  throw new SocketInputError(
    'connect(): headers must be an object of names and values, or a function of one.',
  );
}

function proxyUrl(proxy: string | URL): URL {
  const url = URL.canParse(String(proxy)) ? new URL(proxy) : undefined;
  if (url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw new SocketInputError('connect(): proxy must be an http: or https: address.');
}
