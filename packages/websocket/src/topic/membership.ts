/**
 * How a socket follows topics: what it asks of its server's hub, and what the hub asks of it.
 */
import type { SharedFrame } from '../connection/shared-frame.ts';
import type { Message } from '../envelope/envelope.ts';
import type { PublishOptions, TopicGap, TopicPosition } from './topic-broker.ts';

/** Options of `socket.join`. */
export interface JoinOptions {
  /** Where this peer left off: what was published after it is sent first, as far as the broker remembers. */
  readonly since?: TopicPosition | undefined;
  /** Told when messages of the topic were lost. Without it the connection is closed with 1012 then. */
  readonly onGap?: ((gap: TopicGap) => void) | undefined;
  /** Shows this socket to `topic.presence()`, with what is given here: anything JSON can carry. Default: not shown. */
  readonly presence?: unknown;
}

/** Where a socket stands in a topic it joined. */
export interface JoinResult {
  /** Everything after this place will be sent. */
  readonly position: TopicPosition;
  /** Whether everything from `since` to `position` was sent; false means a gap. True without `since`. */
  readonly isComplete: boolean;
}

/** Someone who follows topics. */
export interface TopicMember {
  readonly id: string;
  readonly isOpen: boolean;
  /** Sends a message that many share; drops it or closes where there is no room. */
  sendShared(frame: SharedFrame): void;
  /** Sends one of the past, at the reader's pace. */
  sendPaced(frame: SharedFrame): Promise<void>;
  /** Messages were lost, and nobody here wants to know: the peer has to come back. */
  missed(topic: string): void;
}

/** The topics of one server, as its sockets see them. */
export interface Membership {
  join(member: TopicMember, name: string, options: JoinOptions): Promise<JoinResult>;
  leave(member: TopicMember, name: string): void;
  leaveAll(member: TopicMember): void;
  /** The client asks for what came after a place. */
  resume(member: TopicMember, name: string, since: TopicPosition): void;
  /** Publishes on behalf of a socket, which does not get it itself. */
  publishFrom(
    member: TopicMember,
    name: string,
    data: Message,
    options: PublishOptions,
  ): Promise<TopicPosition>;
  /** The names of the topics a socket follows. */
  topicsOf(member: TopicMember): readonly string[];
}
