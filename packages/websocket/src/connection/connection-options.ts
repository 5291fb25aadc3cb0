/**
 * The limits and waits of one connection: names, units, defaults and ranges, for servers and clients alike.
 */
import { durationFault } from '@oxbow/loop/lowlevel';
import {
  type DeflateOptions,
  type DeflateSettings,
  deflateSettings,
} from '../compression/deflate-options.ts';
import { SocketInputError } from '../errors.ts';
import { DEFAULT_MAX_MESSAGE_BYTES, type MessageLimits, messageLimits } from '../protocol/limits.ts';
import type { FloodLimits } from './flood-guard.ts';
import type { KeepaliveOptions } from './keepalive.ts';
import type { SendQueueOptions } from './send-queue.ts';
import { SLOW_CONSUMER_POLICIES, type SlowConsumerPolicy } from './slow-consumer.ts';

/** What may be said about every connection, by `serve` and `connect`. */
export interface ConnectionOptions {
  /** Payload bytes of one incoming message; beyond, the connection is failed with 1009. Default 1 MiB, ≥ 1. */
  readonly maxMessageBytes?: number | undefined;
  /**
   * Frames of one incoming message; beyond, the connection is failed with 1008. Default: as many as
   * `maxMessageBytes`, at least 131,072, so that no message within its bytes is refused. ≥ 1.
   */
  readonly maxFragments?: number | undefined;
  /** Bytes that may wait to be sent to a slow peer, frames included. Default 1 MiB, ≥ 1. */
  readonly maxBufferedBytes?: number | undefined;
  /** What happens to a message that does not fit. Default `'pause'`. */
  readonly slowConsumer?: SlowConsumerPolicy | undefined;
  /** Requests of the peer that a responder answers at once; the peer is not read from beyond. Default 16, ≥ 1. */
  readonly maxConcurrentRequests?: number | undefined;
  /** Incoming messages per second; beyond, the connection is failed with 1008. Default Infinity, ≥ 1. */
  readonly maxMessagesPerSecond?: number | undefined;
  /** Incoming Pings and Pongs per second; beyond, the connection is failed with 1008. Default 10,000, ≥ 1. */
  readonly maxControlFramesPerSecond?: number | undefined;
  /** Compress messages (permessage-deflate), where the peer does too: true for the defaults. Default false. */
  readonly deflate?: boolean | DeflateOptions | undefined;
  /** Silence of the peer before it is pinged, in ms. Default 20,000; Infinity never pings. */
  readonly pingIntervalMs?: number | undefined;
  /** Silence after a ping before the connection is given up, in ms. Default 20,000. */
  readonly pongTimeoutMs?: number | undefined;
  /** Time without a message either way before the connection is closed with 1001, in ms. Default Infinity. */
  readonly idleTimeoutMs?: number | undefined;
  /** How long a closing handshake may take before the TCP connection is cut, in ms. Default 5,000. */
  readonly closeTimeoutMs?: number | undefined;
}

/** The same options, all of them given. */
export type Complete<T> = { readonly [K in keyof T]-?: Exclude<T[K], undefined> };

/** The defaults of `ConnectionOptions`; `maxFragments` follows from `maxMessageBytes`. */
export const CONNECTION_DEFAULTS: Readonly<Complete<Omit<ConnectionOptions, 'maxFragments'>>> = Object.freeze(
  {
    maxMessageBytes: DEFAULT_MAX_MESSAGE_BYTES,
    /** One message of the largest default size. */
    maxBufferedBytes: 1_048_576,
    slowConsumer: 'pause',
    /** As many answers of 64 KiB as the budget holds. */
    maxConcurrentRequests: 16,
    maxMessagesPerSecond: Number.POSITIVE_INFINITY,
    /** No honest peer comes near; a flood ends within the second. */
    maxControlFramesPerSecond: 10_000,
    deflate: false,
    /** Under the 30 s after which many proxies cut a silent connection. */
    pingIntervalMs: 20_000,
    pongTimeoutMs: 20_000,
    idleTimeoutMs: Number.POSITIVE_INFINITY,
    closeTimeoutMs: 5_000,
  },
);

/** The names of `ConnectionOptions`, for `checkOptions`. */
export const CONNECTION_OPTION_NAMES: readonly string[] = Object.freeze([
  ...Object.keys(CONNECTION_DEFAULTS),
  'maxFragments',
]);

/** Checked and completed options. */
export interface ConnectionSettings extends KeepaliveOptions, SendQueueOptions, FloodLimits {
  readonly limits: MessageLimits;
  readonly closeTimeoutMs: number;
  readonly maxConcurrentRequests: number;
  readonly deflate: DeflateSettings | undefined;
}

/** @throws SocketInputError naming the option, its range and the value it got */
export function connectionSettings(given: ConnectionOptions): ConnectionSettings {
  const options = { ...CONNECTION_DEFAULTS, ...defined(given) };
  checkCount('maxMessageBytes', options.maxMessageBytes);
  checkCount('maxBufferedBytes', options.maxBufferedBytes);
  if (given.maxFragments !== undefined) checkCount('maxFragments', given.maxFragments, true);
  checkCount('maxConcurrentRequests', options.maxConcurrentRequests, true);
  checkCount('maxMessagesPerSecond', options.maxMessagesPerSecond, true);
  checkCount('maxControlFramesPerSecond', options.maxControlFramesPerSecond, true);
  for (const name of ['pingIntervalMs', 'pongTimeoutMs', 'idleTimeoutMs', 'closeTimeoutMs'] as const) {
    checkDuration(name, options[name]);
  }
  if (!SLOW_CONSUMER_POLICIES.includes(options.slowConsumer)) {
    const known = SLOW_CONSUMER_POLICIES.join(', ');
    throw new SocketInputError(`slowConsumer must be one of ${known}; got ${String(options.slowConsumer)}.`);
  }
  const limits = messageLimits({
    maxMessageBytes: options.maxMessageBytes,
    maxFragments: given.maxFragments,
  });
  const deflate = deflateSettings(options.deflate);
  const isDropping = ['drop-oldest', 'drop-newest', 'latest'].includes(options.slowConsumer);
  if (deflate?.contextTakeover === true && isDropping) {
    throw new SocketInputError(
      `deflate.contextTakeover needs every message to arrive; slowConsumer '${options.slowConsumer}' drops some.`,
    );
  }
  return { ...options, limits, deflate };
}

/** Refuses anything but a whole number of at least 1. */
export function checkCount(name: string, value: number, allowInfinity = false): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  if (allowInfinity && value === Number.POSITIVE_INFINITY) return;
  throw new SocketInputError(`${name} must be a whole number of at least 1; got ${String(value)}.`);
}

/** Refuses anything but a time in milliseconds above 0; Infinity means never. */
export function checkDuration(name: string, value: number): void {
  const fault = durationFault(value);
  if (fault !== undefined) throw new SocketInputError(`${name} ${fault}.`);
}

/** The entries that are not undefined, so that `{ port: undefined }` means the default. */
export function defined<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
