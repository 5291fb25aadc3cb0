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
import { SocketInputError } from '../errors.ts';
import { checkSubprotocols } from '../server/serve-options.ts';
import type { TlsOptions } from '../transport/portable.ts';
import { type ReconnectOptions, reconnectSettings } from './reconnect-options.ts';

/** Options of `connect`. */
export interface ConnectOptions extends ConnectionOptions {
  /** Subprotocols to offer, the preferred first. Default none. */
  readonly protocols?: readonly string[] | undefined;
  /** Headers to add to the request; those of the handshake itself cannot be set. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** For wss: certificates and their checks, as `node:tls` takes them. Default: what the system trusts. */
  readonly tls?: TlsOptions | undefined;
  /** How long connecting and upgrading may take, in ms. Default 10,000. */
  readonly handshakeTimeoutMs?: number | undefined;
  /** Connect again when the connection is lost: true for the defaults. Default false. */
  readonly reconnect?: boolean | ReconnectOptions | undefined;
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
  'reconnect',
]);

const SCHEMES: readonly string[] = ['ws:', 'wss:', 'http:', 'https:'];

/** Checked and completed options. */
export interface ConnectSettings {
  readonly url: URL;
  readonly connection: ConnectionSettings;
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsOptions;
  readonly handshakeTimeoutMs: number;
  readonly reconnect: Backoff | undefined;
}

/** @throws SocketInputError for a value out of range, OxbowError `ERR_OXBOW_UNKNOWN_OPTION` for an unknown name */
export function connectSettings(address: string | URL, given: ConnectOptions): ConnectSettings {
  checkOptions(given, OPTION_NAMES, 'connect()');
  const { protocols = [], headers = {}, reconnect = false } = given;
  const handshakeTimeoutMs = given.handshakeTimeoutMs ?? CONNECT_DEFAULTS.handshakeTimeoutMs;
  checkDuration('handshakeTimeoutMs', handshakeTimeoutMs);
  checkSubprotocols(protocols);
  return {
    url: parseAddress(address),
    connection: connectionSettings(given),
    protocols,
    headers,
    tls: given.tls ?? {},
    handshakeTimeoutMs,
    reconnect: reconnectSettings(reconnect),
  };
}

/** RFC 6455 §3: the schemes are ws and wss, and there is no fragment. */
function parseAddress(address: string | URL): URL {
  const url = URL.canParse(String(address)) ? new URL(address) : undefined;
  if (url !== undefined && SCHEMES.includes(url.protocol) && url.hash === '') return url;
  throw new SocketInputError(
    `connect() takes an address like "ws://host:port/path", without a fragment; got ${JSON.stringify(String(address))}.`,
  );
}
