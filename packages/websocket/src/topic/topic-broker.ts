/**
 * What keeps topics: hands what is published to whoever subscribed, in one order, and remembers some of it. The seam
 * behind which one process, a cluster or a database may stand; every engine passes the same contract suite.
 */
import type { Message } from '../socket/message.ts';

/**
 * A place in a topic. Offsets count messages from 1, without holes, within one epoch; a new epoch means that the engine
 * lost count (a restart), so offsets of different epochs have nothing to do with each other.
 */
export interface TopicPosition {
  readonly epoch: string;
  readonly offset: number;
}

/** A published message and its place. */
export interface TopicMessage extends TopicPosition {
  readonly topic: string;
  readonly data: Message;
}

/** A subscription that began behind `position`: every message after it is delivered. */
export interface TopicSubscription {
  readonly position: TopicPosition;
  /** Ends it; nothing is delivered once it is called. Idempotent. */
  unsubscribe(): void;
}

/** Which part of a topic's past is wanted. */
export interface HistoryQuery {
  /** Only messages after this place; default: all that is remembered. */
  readonly since?: TopicPosition | undefined;
  /** At most so many, the newest; default: all. */
  readonly limit?: number | undefined;
}

/** A part of a topic's past, oldest first. */
export interface TopicHistory {
  readonly messages: readonly TopicMessage[];
  /** The place of the newest message ever published. */
  readonly position: TopicPosition;
  /** Whether nothing between `since` and `position` is missing; true without `since`. */
  readonly isComplete: boolean;
}

/** An engine for topics. */
export interface TopicBroker {
  /** Publishes; resolves when the message has its place. The data is not changed or kept beyond what history needs. */
  publish(topic: string, data: Message): Promise<TopicPosition>;
  /** Subscribes; takes effect within the call where the engine is local. `onMessage` must not throw. */
  subscribe(topic: string, onMessage: (message: TopicMessage) => void): Promise<TopicSubscription>;
  history(topic: string, query?: HistoryQuery): Promise<TopicHistory>;
  /** Ends every subscription and forgets everything; later calls reject. Idempotent. */
  close(): Promise<void>;
}
