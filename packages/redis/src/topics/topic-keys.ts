/**
 * The names of what is kept of a topic. All of one topic carry its name as a hash tag, so that in a cluster one node has them and a
 * script may touch them together.
 */

/** The keys and channels of one topic. */
export interface TopicKeys {
  /** Stream: the messages, by their offset. */
  readonly messages: string;
  /** Hash: epoch, offset, and how far the history goes. */
  readonly state: string;
  /** Channel: what is published. */
  readonly channel: string;
  /** What the names of messages are put behind: where each was published. */
  readonly named: string;
  /** Hash: who is present. */
  readonly members: string;
  /** Sorted set: until when each broker vouches for its members. */
  readonly leases: string;
  /** Hash: the number of the last change of presence. */
  readonly changes: string;
  /** Channel: who comes and goes. */
  readonly presence: string;
  /** Sorted set: until when each broker follows the topic. */
  readonly brokers: string;
}

/** Names everything of a topic. @param prefix what all keys of these topics begin with */
export function keysOf(prefix: string, topic: string): TopicKeys {
  const tag = `${prefix}:{t:${topic}}`;
  return {
    messages: `${tag}:m`,
    state: `${tag}:s`,
    channel: `${tag}:c`,
    named: `${tag}:n:`,
    members: `${tag}:p`,
    leases: `${tag}:l`,
    changes: `${tag}:v`,
    presence: `${tag}:w`,
    brokers: `${tag}:b`,
  };
}

/** The key under which a publisher's last batch is remembered. */
export function batchKeyOf(keys: TopicKeys, publisher: string): string {
  return `${keys.messages}:${publisher}`;
}
