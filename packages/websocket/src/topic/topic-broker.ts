/**
 * What keeps topics: hands what is published to the subscribers, in one order, and remembers some of it. The seam
 * behind which one process, the processes of one machine or a database may stand; every engine passes the same contract
 * suite, `@oxbow/websocket/contract`.
 */
import type { Message } from '../envelope/envelope.ts';
import type { TopicPosition } from '../envelope/place.ts';

export type { TopicPosition } from '../envelope/place.ts';

/** How a message is published. */
export interface PublishOptions {
  /**
   * A name for this message within its topic. Published again under the same name, within what the engine remembers, it
   * keeps its first place and is not delivered twice. A publisher that lost its connection may simply try again.
   */
  readonly id?: string | undefined;
  /** Ids of sockets that are not to get it. The engine carries them along. */
  readonly except?: readonly string[] | undefined;
}

/** A published message and its place. */
export interface TopicMessage extends TopicPosition {
  readonly topic: string;
  readonly data: Message;
  /** Ids of sockets that are not to get it. */
  readonly except?: readonly string[] | undefined;
}

/** Messages of a topic that will not come. */
export interface TopicGap {
  readonly topic: string;
  /** The last place before the gap; undefined where the engine does not know. */
  readonly from: TopicPosition | undefined;
  /** Where it goes on: every message after this place is delivered. */
  readonly position: TopicPosition;
  /** How many messages are lost; undefined where nobody can tell: the epoch is another one. */
  readonly missed: number | undefined;
}

/** Who is told of a topic. Neither function may throw. */
export interface TopicListener {
  onMessage(message: TopicMessage): void;
  /** Told before the messages that come behind the gap. */
  onGap(gap: TopicGap): void;
  /** How many hear the topic through this listener, once it has handed on what it was given: the sockets of a server. Default: 1. */
  followers?(): number | PromiseLike<number>;
}

/** Who is asked, and for how long. */
export interface AudienceQuery {
  /** Only who has handed on everything up to this place counts as one that answers. Default: all that are there. */
  readonly at?: TopicPosition | undefined;
  /** How long an answer is waited for, in ms; `Infinity` is no limit. Default 5,000. */
  readonly timeoutMs?: number | undefined;
}

/** Who hears a topic, on all servers of the engine. */
export interface TopicAudience {
  /** Subscriptions that answered: one for each server that has followers. */
  readonly servers: number;
  /** Those who hear it through them. */
  readonly followers: number;
  /** Subscriptions that did not answer in time: a server that is busy, cut off, or dead and not yet given up. */
  readonly silent: number;
}

/** A subscription that began behind `position`: every message after it is delivered, or told as a gap. */
export interface TopicSubscription {
  readonly position: TopicPosition;
  /** Ends it; nothing is delivered once it is called. Idempotent. */
  unsubscribe(): void;
}

/** Which part of a topic's past is wanted. */
export interface HistoryQuery {
  /** Only messages after this place; default: all that is remembered. */
  readonly since?: TopicPosition | undefined;
  /** At most so many, the newest; a whole number ≥ 1. Default: all. */
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

/** Somebody who is in a topic. */
export interface PresenceMember {
  /** The id of the socket. */
  readonly id: string;
  /** What it said about itself: anything JSON can carry. */
  readonly info: unknown;
}

/** Somebody came or went. */
export interface PresenceChange {
  readonly kind: 'join' | 'leave';
  readonly member: PresenceMember;
}

/** Who is in a topic, across all servers of the engine. A server that dies leaves with all its members. */
export interface TopicPresence {
  /** Says that a member is here, or what it is now; its first call is a `join` for those who watch. */
  enter(topic: string, member: PresenceMember): Promise<void>;
  /** Says that it has gone. Idempotent. */
  leave(topic: string, id: string): Promise<void>;
  /** Everybody who is here, in the order they came. */
  members(topic: string): Promise<readonly PresenceMember[]>;
  /** Tells of every change from now on. @returns what ends it */
  watch(topic: string, onChange: (change: PresenceChange) => void): Promise<() => void>;
}

/** An engine for topics. */
export interface TopicBroker {
  /**
   * Publishes; resolves when the message has its place, which may be before or after it is delivered. The data is not
   * changed, and kept no longer than history needs.
   */
  publish(topic: string, data: Message, options?: PublishOptions): Promise<TopicPosition>;
  /** Subscribes; takes effect within the call where the engine is local. */
  subscribe(topic: string, listener: TopicListener): Promise<TopicSubscription>;
  history(topic: string, query?: HistoryQuery): Promise<TopicHistory>;
  /**
   * Asks every subscription of the topic, on all servers, how many hear it; resolves when all have answered or the time is over. An
   * engine may do without.
   */
  audience?(topic: string, query?: AudienceQuery): Promise<TopicAudience>;
  /** Who is where; an engine may do without. */
  readonly presence?: TopicPresence | undefined;
  /** Ends the subscriptions and presences made through this object; later calls reject. Idempotent. */
  close(): Promise<void>;
}
