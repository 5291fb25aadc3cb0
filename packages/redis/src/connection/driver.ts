/** What each client library is reduced to: one connection of it. What both libraries' drivers share stands here. */
import type { RedisArgument } from './redis-commands.ts';

/** What a driver tells of its connection. */
export interface DriverEvents {
  /** The connection can be used: the first time, and after each cut. */
  ready(): void;
  /** The connection is gone. What was under way on it may never be answered. */
  down(): void;
  /** Something went wrong; what it means for a connection is told by the other two. */
  error(error: unknown): void;
}

/** One connection of a client library, that reconnects by itself once it was ready. */
export interface Driver {
  /** Sends now or fails: nothing is queued for a connection that is to come, nothing is sent twice. */
  send(argv: readonly RedisArgument[], asBytes: boolean): Promise<unknown>;
  /** Starts connecting. @param patient goes on trying although it was never ready */
  start(events: DriverEvents, patient: boolean): void;
  subscribe(channel: string, onMessage: (message: Uint8Array) => void): Promise<void>;
  unsubscribe(channel: string): Promise<void>;
  /** Another connection to the same server, not started. */
  duplicate(): Driver;
  /** Ends the connection at once. */
  destroy(): void;
}

/** The wait before a connection is tried again, in ms: quick at first, and never long, for workers stand still meanwhile. */
export function reconnectDelayMs(attempt: number): number {
  return Math.min(2000, 50 * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random() / 2);
}

/** A word as the libraries take it: bytes are a Buffer, without a copy. */
export function libraryWord(word: RedisArgument): string | Buffer {
  return typeof word === 'string' ? word : Buffer.from(word.buffer, word.byteOffset, word.byteLength);
}
