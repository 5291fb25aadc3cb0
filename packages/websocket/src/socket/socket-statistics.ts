/**
 * What a socket tells of itself in numbers.
 */
import type { DroppedCount, MessageCount } from '../connection/slow-consumer.ts';

/** What `socket.statistics()` tells: of the present connection so far, and of what waits. */
export interface SocketStatistics {
  /** Messages received; `bytes` counts characters of text. */
  readonly received: MessageCount;
  /** Messages accepted by `send`, and the bytes of their frames. */
  readonly sent: MessageCount;
  readonly dropped: DroppedCount;
  readonly bufferedBytes: number;
  readonly waitingBytes: number;
  /** Messages that no reader has taken yet. */
  readonly unreadMessages: number;
  readonly requestsUnderWay: number;
  readonly requestsBeingAnswered: number;
  /** How long the peer took to answer the last ping, in ms; undefined before the first. */
  readonly latencyMs: number | undefined;
}
