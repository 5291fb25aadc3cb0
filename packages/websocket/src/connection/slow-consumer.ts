/**
 * What happens to a message that finds a connection's byte budget full, and the count of what it cost.
 */
import type { OverflowPolicy } from '@oxbow/stream';

/**
 * The policies for a peer that reads too slowly.
 *
 * - `pause`: `send` waits, `trySend` says false. A topic cannot wait for one follower: it closes the connection (1013).
 * - `drop-oldest`: the oldest messages that still wait make room.
 * - `drop-newest`: the new message is dropped.
 * - `latest`: everything that still waits is dropped for the new message.
 * - `error`: `send` rejects with SlowConsumerError, `trySend` says false; a topic closes the connection (1013).
 * - `close`: the connection is closed with 1013.
 */
export type SlowConsumerPolicy = OverflowPolicy | 'close';

/** The policies, for checks and messages. */
export const SLOW_CONSUMER_POLICIES: readonly SlowConsumerPolicy[] = Object.freeze([
  'pause',
  'drop-oldest',
  'drop-newest',
  'latest',
  'error',
  'close',
] as const);

/** Messages, and the bytes of their frames. */
export interface MessageCount {
  readonly messages: number;
  readonly bytes: number;
}

/** Messages a connection's policy dropped, exactly; the one that made it close with 1013 is among them. */
export type DroppedCount = MessageCount;
