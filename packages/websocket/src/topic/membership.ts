/**
 * How a socket follows topics: what it asks of its server's hub, and what the hub asks of it.
 */
import type { TopicPosition } from './topic-broker.ts';

/** Options of `socket.join`. */
export interface JoinOptions {
  /** Where this peer left off: what was published after it is sent first, as far as the broker remembers. */
  readonly since?: TopicPosition | undefined;
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
  /** Sends a finished frame that many share. */
  sendFrame(frame: Uint8Array): void;
}

/** The topics of one server, as its sockets see them. */
export interface Membership {
  join(member: TopicMember, name: string, options: JoinOptions): Promise<JoinResult>;
  leave(member: TopicMember, name: string): void;
  leaveAll(member: TopicMember): void;
}
