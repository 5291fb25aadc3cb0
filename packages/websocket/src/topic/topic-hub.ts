/**
 * Which sockets of one server follow which topics. Subscribes once to the broker for each topic that is followed, and
 * frames each message once for all followers.
 */
import { checkOptions } from '@oxbow/loop/lowlevel';
import { SocketInputError } from '../errors.ts';
import type { FrameWriter } from '../protocol/frame-writer.ts';
import { Opcode } from '../protocol/opcode.ts';
import type { Message } from '../socket/message.ts';
import type { JoinOptions, JoinResult, Membership, TopicMember } from './membership.ts';
import type { TopicBroker, TopicMessage, TopicPosition, TopicSubscription } from './topic-broker.ts';

/** The longest name of a topic, in UTF-16 units: names may come from peers and are kept. */
export const MAX_TOPIC_NAME_LENGTH = 256;

/** Messages held for a follower whose past is still looked up; beyond, its join tells of a gap. */
export const MAX_HELD_MESSAGES = 1_024;

/** A follower; while its past is looked up, what is published meanwhile waits in `held`. */
interface Follower {
  held: TopicMessage[] | undefined;
}

interface Following {
  readonly followers: Map<TopicMember, Follower>;
  readonly subscription: Promise<TopicSubscription>;
}

/** The topics of one server. */
export class TopicHub implements Membership {
  readonly #broker: TopicBroker;
  readonly #writer: FrameWriter;
  readonly #topics = new Map<string, Following>();
  readonly #topicsOf = new WeakMap<TopicMember, Set<string>>();

  constructor(broker: TopicBroker, writer: FrameWriter) {
    this.#broker = broker;
    this.#writer = writer;
  }

  /** Sockets of this server that follow a topic. */
  followers(name: string): number {
    return this.#topics.get(name)?.followers.size ?? 0;
  }

  /** Whether a socket follows any topic. */
  isFollowing(member: TopicMember): boolean {
    return (this.#topicsOf.get(member)?.size ?? 0) > 0;
  }

  publish(name: string, data: Message): Promise<TopicPosition> {
    return this.#broker.publish(name, data);
  }

  async join(member: TopicMember, name: string, options: JoinOptions): Promise<JoinResult> {
    checkTopicName(name);
    checkOptions(options, ['since'], 'socket.join()');
    const { since } = options;
    const following = this.#topics.get(name) ?? this.#follow(name);
    const follower: Follower = { held: since === undefined ? undefined : [] };
    following.followers.set(member, follower);
    this.#remember(member, name);
    try {
      const { position } = await following.subscription;
      if (since === undefined) return { position, isComplete: true };
      return await this.#catchUp(member, name, follower, since);
    } catch (error) {
      if (following.followers.get(member) === follower) this.leave(member, name);
      throw error;
    }
  }

  leave(member: TopicMember, name: string): void {
    this.#topicsOf.get(member)?.delete(name);
    const following = this.#topics.get(name);
    if (following === undefined || !following.followers.delete(member) || following.followers.size > 0)
      return;
    this.#topics.delete(name);
    following.subscription.then(
      (subscription) => subscription.unsubscribe(),
      () => {},
    );
  }

  leaveAll(member: TopicMember): void {
    for (const name of [...(this.#topicsOf.get(member) ?? [])]) this.leave(member, name);
  }

  #follow(name: string): Following {
    const followers = new Map<TopicMember, Follower>();
    const subscription = this.#broker.subscribe(name, (message) => this.#deliver(followers, message));
    const following = { followers, subscription };
    this.#topics.set(name, following);
    return following;
  }

  #remember(member: TopicMember, name: string): void {
    const names = this.#topicsOf.get(member);
    if (names === undefined) this.#topicsOf.set(member, new Set([name]));
    else names.add(name);
  }

  #deliver(followers: Map<TopicMember, Follower>, message: TopicMessage): void {
    if (followers.size === 0) return;
    const frame = this.#frameOf(message.data);
    for (const [member, follower] of followers) {
      if (follower.held === undefined) member.sendFrame(frame);
      else if (follower.held.length < MAX_HELD_MESSAGES) follower.held.push(message);
    }
  }

  async #catchUp(
    member: TopicMember,
    name: string,
    follower: Follower,
    since: TopicPosition,
  ): Promise<JoinResult> {
    const history = await this.#broker.history(name, { since });
    const held = follower.held ?? [];
    follower.held = undefined;
    let { position } = history;
    for (const message of history.messages) member.sendFrame(this.#frameOf(message.data));
    for (const message of held) {
      // What was published during the look-up may be in both.
      if (message.epoch === position.epoch && message.offset <= position.offset) continue;
      member.sendFrame(this.#frameOf(message.data));
      position = { epoch: message.epoch, offset: message.offset };
    }
    const isComplete = history.isComplete && held.length < MAX_HELD_MESSAGES;
    return { position, isComplete };
  }

  #frameOf(data: Message): Uint8Array {
    return this.#writer.frame(typeof data === 'string' ? Opcode.TEXT : Opcode.BINARY, data);
  }
}

/** @throws SocketInputError for a name that is empty, too long or no string */
export function checkTopicName(name: string): void {
  if (typeof name === 'string' && name.length > 0 && name.length <= MAX_TOPIC_NAME_LENGTH) return;
  const actual = typeof name === 'string' ? `${name.length} characters` : `a ${typeof name}`;
  throw new SocketInputError(
    `A topic's name is a string of 1 to ${MAX_TOPIC_NAME_LENGTH} characters; got ${actual}.`,
  );
}
