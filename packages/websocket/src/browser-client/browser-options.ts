/**
 * The options of the browser's client: names, units, defaults and ranges.
 */
import { Backoff, type BackoffOptions } from '@oxbow/loop/backoff';
import { errorOwner } from '../connection/error-owner.ts';
import { BrowserSocketError } from './browser-socket-error.ts';
import { HEARTBEAT_DEFAULTS, type HeartbeatOptions } from './heartbeat.ts';
import {
  browserTimers,
  browserWakes,
  browserWebSocket,
  type TimerHost,
  type WakeSource,
  type WebSocketConstructor,
} from './web-socket-like.ts';

/** Options of the browser's `connect`. */
export interface BrowserConnectOptions {
  /** Subprotocols to offer, the preferred first. Default none. */
  readonly protocols?: readonly string[] | undefined;
  /** Connect again when the connection is lost; false for never. Default: 500 ms to 30 s, for ever. */
  readonly reconnect?: boolean | BackoffOptions | undefined;
  /** How long one attempt may take, in ms. Default 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Bytes that may wait for a connection. Default 1 MiB. */
  readonly maxQueuedBytes?: number | undefined;
  /** Messages that may wait for a reader; beyond, the oldest are dropped and counted. Default 1,024. */
  readonly maxUnreadMessages?: number | undefined;
  /** How a dead line is found; false for not at all, where the server is not this package's. */
  readonly heartbeat?: boolean | HeartbeatOptions | undefined;
  /** Told of what your callbacks throw. Default: console.error. */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** When the page's network or the page itself comes back, for tests. Default: the events online and visibilitychange. */
  readonly wakes?: WakeSource | undefined;
  /** The WebSocket to use. Default: the global one. */
  readonly WebSocket?: WebSocketConstructor | undefined;
  /** Timers, for tests. Default: the global setTimeout. */
  readonly timers?: TimerHost | undefined;
}

/** Checked and completed options. */
export interface BrowserSettings {
  readonly protocols: readonly string[];
  readonly backoff: Backoff | undefined;
  readonly connectTimeoutMs: number;
  readonly maxQueuedBytes: number;
  readonly maxUnreadMessages: number;
  readonly heartbeat: { readonly intervalMs: number; readonly timeoutMs: number } | undefined;
  readonly onError: (error: unknown) => void;
  readonly wakes: WakeSource;
  readonly WebSocket: WebSocketConstructor;
  readonly timers: TimerHost;
}

/** The defaults of the numbers in `BrowserConnectOptions`. */
export const BROWSER_DEFAULTS: Readonly<{
  connectTimeoutMs: number;
  maxQueuedBytes: number;
  maxUnreadMessages: number;
}> = Object.freeze({ connectTimeoutMs: 10_000, maxQueuedBytes: 1_048_576, maxUnreadMessages: 1_024 });

const OPTION_NAMES: readonly string[] = [
  ...Object.keys(BROWSER_DEFAULTS),
  'protocols',
  'reconnect',
  'heartbeat',
  'onError',
  'wakes',
  'WebSocket',
  'timers',
];

/** @throws BrowserSocketError `ERR_OXBOW_WS_INPUT` for an unknown name, a value out of range, or a host without WebSocket */
export function browserSettings(given: BrowserConnectOptions): BrowserSettings {
  checkNames(given, OPTION_NAMES);
  const webSocket = given.WebSocket ?? browserWebSocket();
  if (webSocket === undefined)
    throw refused('there is no global WebSocket here; pass one as the option WebSocket');
  return {
    protocols: given.protocols ?? [],
    backoff: backoffOf(given.reconnect ?? true),
    connectTimeoutMs: positive(
      'connectTimeoutMs',
      given.connectTimeoutMs ?? BROWSER_DEFAULTS.connectTimeoutMs,
    ),
    maxQueuedBytes: positive('maxQueuedBytes', given.maxQueuedBytes ?? BROWSER_DEFAULTS.maxQueuedBytes),
    maxUnreadMessages: positive(
      'maxUnreadMessages',
      given.maxUnreadMessages ?? BROWSER_DEFAULTS.maxUnreadMessages,
    ),
    heartbeat: heartbeatOf(given.heartbeat ?? true),
    onError: errorOwner(given.onError),
    wakes: given.wakes ?? browserWakes,
    WebSocket: webSocket,
    timers: given.timers ?? browserTimers,
  };
}

function backoffOf(reconnect: boolean | BackoffOptions): Backoff | undefined {
  if (reconnect === false) return undefined;
  try {
    return new Backoff(reconnect === true ? {} : reconnect);
  } catch (error) {
    throw refused(`reconnect: ${(error as Error).message}`);
  }
}

function heartbeatOf(given: boolean | HeartbeatOptions): BrowserSettings['heartbeat'] {
  if (given === false) return undefined;
  const options = given === true ? {} : given;
  checkNames(options, Object.keys(HEARTBEAT_DEFAULTS));
  const { intervalMs = HEARTBEAT_DEFAULTS.intervalMs, timeoutMs = HEARTBEAT_DEFAULTS.timeoutMs } = options;
  return {
    intervalMs: positive('heartbeat.intervalMs', intervalMs),
    timeoutMs: positive('heartbeat.timeoutMs', timeoutMs),
  };
}

function checkNames(given: object, known: readonly string[]): void {
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) throw refused(`there is no option "${name}"; it knows ${known.join(', ')}`);
  }
}

function positive(name: string, value: number): number {
  if (typeof value === 'number' && value > 0) return value;
  throw refused(`${name} must be a number above 0; got ${String(value)}`);
}

function refused(why: string): BrowserSocketError {
  return new BrowserSocketError('ERR_OXBOW_WS_INPUT', `connect(): ${why}.`);
}
