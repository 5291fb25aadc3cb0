/**
 * What a request tells `node:diagnostics_channel`: that it began, and how it ended. Nothing is made while nobody listens.
 */
import { type Channel, channel } from 'node:diagnostics_channel';
import type { Attempt } from '../attempt.ts';

/** Published on `oxbow:http:request:start`, as the request enters the queue. */
export interface RequestStarted {
  /** The same object as in the message of its end: a key for what belongs together. */
  readonly request: object;
  readonly method: string;
  /** Redacted. */
  readonly url: string;
}

/** Published on `oxbow:http:request:end`, after the last byte of the answer, or the failure. */
export interface RequestEnded extends RequestStarted {
  /** `undefined` when no answer was taken. */
  readonly status: number | undefined;
  /** `undefined` for an answer that came whole. */
  readonly error: unknown;
  readonly durationMs: number;
  readonly attempts: readonly Attempt[];
}

/** Where the beginning of requests is told. */
export const startChannel: Channel = channel('oxbow:http:request:start');
/** Where the end of requests is told. */
export const endChannel: Channel = channel('oxbow:http:request:end');
