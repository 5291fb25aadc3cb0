/**
 * Which sockets of one server follow which topics. Subscribes once to the broker for each topic that is followed, and
 * frames each message once for all followers.
 *
 * A follower is live, or catches up. To catch up, its past is read from the broker's history and sent at its own pace,
 * page by page, until it has reached what is live. Nothing is held for it meanwhile, so a slow one costs no memory.
 * The worst that happens is that the history forgets faster than the follower reads, and that is reported as a gap.
 */
import { checkOptions } from '@oxbow/loop/lowlevel';
import { SharedFrame } from '../connection/shared-frame.ts';
import { type EnvelopeKind, type Message, wrapped } from '../envelope/envelope.ts';
import { sealPlaced } from '../envelope/place.ts';
import { ConnectionClosedError, SocketInputError, TopicForbiddenError } from '../errors.ts';
import { CloseCode } from '../protocol/close-code.ts';
import type { FrameWriter } from '../protocol/frame-writer.ts';
import { Opcode } from '../protocol/opcode.ts';
import { catchUp, type PastFollower } from './catch-up.ts';
import type { JoinOptions, JoinResult, Membership, TopicMember } from './membership.ts';
import { PresenceKeeper } from './presence-keeper.ts';
import type {
  PublishOptions,
  TopicBroker,
  TopicGap,
  TopicMessage,
  TopicPosition,
  TopicSubscription,
} from './topic-broker.ts';
import { TopicTail } from './topic-tail.ts';

/** The longest name of a topic, in UTF-16 units: names may come from peers and are kept. */
export const MAX_TOPIC_NAME_LENGTH = 256;

/** What a server decides about its topics. */
export interface TopicRules {
  /** Whether topics' messages carry their positions on the wire. */
  readonly positions: boolean;
  /** Whether a socket may follow a topic; default: yes. */
  readonly mayJoin?: ((member: never, topic: string) => boolean | PromiseLike<boolean>) | undefined;
  /** Whether a socket may publish to a topic; default: yes. */
  readonly mayPublish?: ((member: never, topic: string) => boolean | PromiseLike<boolean>) | undefined;
  /** Told of errors of the user's functions and of the broker that nobody else hears. Must not throw. */
  readonly onError: (error: unknown) => void;
}

/** What `topic.statistics()` tells, of this server alone. */
export interface TopicStatistics {
  /** Sockets that follow the topic. */
  readonly followers: number;
  /** Those of them that are still being sent what they missed. */
  readonly catchingUp: number;
  /** Messages since somebody here began to follow. */
  readonly messages: number;
  /** Their length in bytes or characters. */
  readonly bytes: number;
  /** How often messages were lost on their way here. */
  readonly gaps: number;
}

interface Following {
  readonly followers: Map<TopicMember, Follower>;
  readonly counts: { messages: number; bytes: number; gaps: number };
  readonly tail: TopicTail;
  readonly subscription: Promise<TopicSubscription>;
}

interface Follower extends PastFollower {
  onGap: ((gap: TopicGap) => void) | undefined;
}

/** The topics of one server. */
export class TopicHub implements Membership {
  readonly presence: PresenceKeeper;
  readonly #broker: TopicBroker;
  readonly #writer: FrameWriter;
  readonly #rules: TopicRules;
  readonly #topics = new Map<string, Following>();
  readonly #topicsOf = new WeakMap<TopicMember, Set<string>>();
  /** One look into the past at a time for each socket: it holds that much history and no more. */
  readonly #catchingUp = new WeakMap<TopicMember, Promise<unknown>>();

  constructor(broker: TopicBroker, writer: FrameWriter, rules: TopicRules) {
    this.#broker = broker;
    this.#writer = writer;
    this.#rules = rules;
    this.presence = new PresenceKeeper(broker, rules.onError);
  }

  /** Topics that are followed. */
  get size(): number {
    return this.#topics.size;
  }

  /** Sockets of this server that follow a topic. */
  followers(name: string): ReadonlyMap<TopicMember, unknown> {
    return this.#topics.get(name)?.followers ?? NOBODY;
  }

  /** Counts of a topic; all 0 while nobody here follows it. */
  statistics(name: string): TopicStatistics {
    const { followers, counts } = this.#topics.get(name) ?? { followers: undefined, counts: NO_COUNTS };
    const catchingUp = [...(followers?.values() ?? [])].filter(({ isLive }) => !isLive).length;
    return Object.freeze({ followers: followers?.size ?? 0, catchingUp, ...counts });
  }

  topicsOf(member: TopicMember): readonly string[] {
    return [...(this.#topicsOf.get(member) ?? [])];
  }

  /** Whether a socket follows any topic. */
  isFollowing(member: TopicMember): boolean {
    return (this.#topicsOf.get(member)?.size ?? 0) > 0;
  }

  async publish(name: string, data: Message, options: PublishOptions = {}): Promise<TopicPosition> {
    return this.#broker.publish(name, data, options);
  }

  async publishFrom(
    member: TopicMember,
    name: string,
    data: Message,
    options: PublishOptions,
  ): Promise<TopicPosition> {
    checkTopicName(name);
    if (!(await this.#allows(this.#rules.mayPublish, member, name))) {
      throw new TopicForbiddenError('publish to', name);
    }
    return this.publish(name, data, { ...options, except: [...(options.except ?? []), member.id] });
  }

  async join(member: TopicMember, name: string, options: JoinOptions): Promise<JoinResult> {
    checkTopicName(name);
    checkOptions(options, ['since', 'onGap', 'presence'], 'socket.join()');
    const { since, onGap } = options;
    checkPosition(since);
    if (this.#rules.mayJoin !== undefined) {
      const isAllowed = await this.#allows(this.#rules.mayJoin, member, name);
      if (!isAllowed) throw new TopicForbiddenError('join', name);
      if (!member.isOpen) throw goneWhileAsked();
    }
    const following = this.#topics.get(name) ?? this.#follow(name);
    const follower: Follower = { isLive: since === undefined && !this.#rules.positions, onGap };
    following.followers.set(member, follower);
    this.#remember(member, name);
    try {
      return await this.#enter(member, name, following, follower, options);
    } catch (error) {
      if (following.followers.get(member) === follower) this.leave(member, name);
      throw error;
    }
  }

  resume(member: TopicMember, name: string, since: TopicPosition): void {
    const following = this.#topics.get(name);
    const follower = following?.followers.get(member);
    if (following === undefined || follower === undefined || !this.#rules.positions) return;
    follower.isLive = false;
    this.#catchUp(member, name, following, follower, since, true).catch((error: unknown) => {
      if (!(error instanceof ConnectionClosedError)) this.#rules.onError(error);
      if (following.followers.get(member) === follower && member.isOpen) member.missed(name);
    });
  }

  leave(member: TopicMember, name: string): void {
    this.#topicsOf.get(member)?.delete(name);
    const following = this.#topics.get(name);
    if (following === undefined || !following.followers.delete(member)) return;
    this.presence.leave(member, name);
    if (this.#rules.positions && member.isOpen) {
      member.sendShared(this.#placed('left', name, following.tail.position ?? NOWHERE));
    }
    if (following.followers.size > 0) return;
    this.#topics.delete(name);
    following.subscription.then(
      (subscription) => subscription.unsubscribe(),
      () => {},
    );
  }

  leaveAll(member: TopicMember): void {
    for (const name of this.topicsOf(member)) this.leave(member, name);
  }

  async #enter(
    member: TopicMember,
    name: string,
    following: Following,
    follower: Follower,
    options: JoinOptions,
  ): Promise<JoinResult> {
    const { since } = options;
    const { position } = await following.subscription;
    if (options.presence !== undefined) await this.presence.enter(member, name, options.presence);
    const isStill = (): boolean => following.followers.get(member) === follower;
    if (!isStill()) return { position, isComplete: since === undefined };
    if (follower.isLive) return { position: following.tail.position ?? position, isComplete: true };
    const start = since ?? following.tail.position ?? position;
    if (this.#rules.positions) member.sendShared(this.#placed('joined', name, start));
    if (since === undefined) {
      follower.isLive = true;
      return { position: start, isComplete: true };
    }
    return this.#catchUp(member, name, following, follower, since, false);
  }

  /** @param wasAsked whether the client waits to be told where it goes on */
  #catchUp(
    member: TopicMember,
    name: string,
    following: Following,
    follower: Follower,
    since: TopicPosition,
    wasAsked: boolean,
  ): Promise<JoinResult> {
    const { positions } = this.#rules;
    const begin = (): Promise<JoinResult> =>
      catchUp({
        since,
        follower,
        tail: following.tail,
        history: (from) => this.#broker.history(name, { since: from }),
        isStill: () => following.followers.get(member) === follower,
        send: (message) =>
          message.except?.includes(member.id) === true
            ? Promise.resolve()
            : member.sendPaced(this.#frameOf(message)),
        goesOnFrom: (position, isGap) => {
          if (positions && (isGap || wasAsked)) member.sendShared(this.#placed('resumed', name, position));
        },
      });
    const before = this.#catchingUp.get(member) ?? Promise.resolve();
    const result = before.then(begin, begin);
    this.#catchingUp.set(member, result);
    result.catch(() => {});
    return result;
  }

  #follow(name: string): Following {
    const followers = new Map<TopicMember, Follower>();
    const counts = { messages: 0, bytes: 0, gaps: 0 };
    const tail = new TopicTail(name, {
      message: (message) => {
        counts.messages += 1;
        counts.bytes += message.data.length;
        this.#deliver(followers, message);
      },
      gap: (gap) => {
        counts.gaps += 1;
        this.#tellGap(followers, gap);
      },
    });
    const subscription = this.#subscribe(name, tail, () => followers.size);
    const following = { followers, counts, tail, subscription };
    this.#topics.set(name, following);
    return following;
  }

  async #subscribe(name: string, tail: TopicTail, followers: () => number): Promise<TopicSubscription> {
    const subscription = await this.#broker.subscribe(name, {
      onMessage: (message) => tail.message(message),
      onGap: (gap) => tail.gap(gap),
      followers,
    });
    tail.begin(subscription.position);
    return subscription;
  }

  #remember(member: TopicMember, name: string): void {
    const names = this.#topicsOf.get(member);
    if (names === undefined) this.#topicsOf.set(member, new Set([name]));
    else names.add(name);
  }

  #deliver(followers: ReadonlyMap<TopicMember, Follower>, message: TopicMessage): void {
    if (followers.size === 0) return;
    const frame = this.#frameOf(message);
    const { except } = message;
    for (const [member, follower] of followers) {
      if (follower.isLive && (except === undefined || !except.includes(member.id))) member.sendShared(frame);
    }
  }

  #tellGap(followers: ReadonlyMap<TopicMember, Follower>, gap: TopicGap): void {
    for (const [member, follower] of followers) {
      // One that catches up finds the gap itself, in the history.
      if (!follower.isLive) continue;
      if (this.#rules.positions) member.sendShared(this.#placed('resumed', gap.topic, gap.position));
      if (follower.onGap === undefined) member.missed(gap.topic);
      else this.#call(() => follower.onGap?.(gap));
    }
  }

  #call(call: () => unknown): void {
    try {
      const result = call();
      if (result instanceof Promise) result.catch(this.#rules.onError);
    } catch (error) {
      this.#rules.onError(error);
    }
  }

  async #allows(rule: TopicRules['mayJoin'], member: TopicMember, name: string): Promise<boolean> {
    if (rule === undefined) return true;
    try {
      return (await rule(member as never, name)) === true;
    } catch (error) {
      this.#rules.onError(error);
      return false;
    }
  }

  #frameOf(message: TopicMessage): SharedFrame {
    const { data, topic } = message;
    if (!this.#rules.positions) return new SharedFrame(this.#writer, opcodeOf(data), wrapped(data));
    return new SharedFrame(this.#writer, Opcode.BINARY, sealPlaced('publication', topic, message, data));
  }

  #placed(kind: EnvelopeKind, topic: string, position: TopicPosition): SharedFrame {
    return new SharedFrame(this.#writer, Opcode.BINARY, sealPlaced(kind, topic, position));
  }
}

const NO_COUNTS = Object.freeze({ messages: 0, bytes: 0, gaps: 0 });
const NOBODY: ReadonlyMap<TopicMember, unknown> = new Map();
const NOWHERE: TopicPosition = Object.freeze({ epoch: '', offset: 0 });

function opcodeOf(data: Message): Opcode {
  return typeof data === 'string' ? Opcode.TEXT : Opcode.BINARY;
}

function goneWhileAsked(): ConnectionClosedError {
  return new ConnectionClosedError({
    code: CloseCode.ABNORMAL,
    reason: 'it left while it joined',
    wasClean: false,
    initiator: 'network',
  });
}

/** @throws SocketInputError for a name that is empty, too long or no string */
export function checkTopicName(name: string): void {
  if (typeof name === 'string' && name.length > 0 && name.length <= MAX_TOPIC_NAME_LENGTH) return;
  const actual = typeof name === 'string' ? `${name.length} characters` : `a ${typeof name}`;
  throw new SocketInputError(
    `A topic's name is a string of 1 to ${MAX_TOPIC_NAME_LENGTH} characters; got ${actual}.`,
  );
}

/** @throws SocketInputError for a position that a peer may have made up */
function checkPosition(since: TopicPosition | undefined): void {
  if (since === undefined) return;
  const isPosition =
    typeof since === 'object' &&
    since !== null &&
    typeof since.epoch === 'string' &&
    Number.isSafeInteger(since.offset) &&
    since.offset >= 0;
  if (isPosition) return;
  throw new SocketInputError(
    'socket.join(): since must be a position, { epoch: string, offset: a whole number of at least 0 }.',
  );
}
