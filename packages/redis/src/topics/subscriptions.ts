/**
 * The topics that one process follows: a channel and a follower for each, however many listeners it has. After a cut, and at a hole, a
 * topic is read on from its history, one reading at a time.
 */
import type { EventLoop, TimerHandle } from '@oxbow/loop';
import { Backoff } from '@oxbow/loop/backoff';
import { outsideAllTasks } from '@oxbow/loop/lowlevel';
import type { TopicListener, TopicPosition, TopicSubscription } from '@oxbow/websocket';
import type { RedisConnection } from '../connection/redis-commands.ts';
import { type AudienceQuestion, readQuestion } from './audience-question.ts';
import { pause, RETRY } from './patience.ts';
import { TopicFollower } from './topic-follower.ts';
import { type AskPage, PAGE_MESSAGES } from './topic-history.ts';
import { readBatch } from './topic-record.ts';

/** Topics that are read on at once, after a cut. */
export const MAX_REPAIRS_AT_ONCE = 16;

/** Questions about one topic that wait until its messages are handed on; beyond, the oldest is left unanswered. */
export const MAX_OPEN_QUESTIONS = 1_000;

/** What subscriptions work with. */
export interface SubscriptionsParts {
  readonly loop: EventLoop;
  /** How long this process is known to follow a topic, in ms. */
  readonly leaseMs: number;
  /** Says that it does, for as long. @returns where the topic stands; undefined where nothing was published */
  follow(topic: string): Promise<TopicPosition | undefined>;
  /** Says that it does no more. */
  unfollow(topic: string): Promise<unknown>;
  answer(question: AudienceQuestion, followers: number): Promise<unknown>;
  /** Tries until the broker's patience ends. */
  patiently<T>(call: (connection: RedisConnection) => Promise<T>): Promise<T>;
  channelOf(topic: string): string;
  /** Asks once. */
  pagesOf(topic: string): AskPage;
  /** Told of what keeps a topic from being read on, each time. */
  onError(error: unknown): void;
}

interface Followed {
  readonly follower: TopicFollower;
  readonly listeners: Set<TopicListener>;
  /** Those who listen or are about to. */
  users: number;
  readonly ready: Promise<void>;
  stop: (() => Promise<void>) | undefined;
  isReading: boolean;
  mustReadAgain: boolean;
  questions: AudienceQuestion[];
}

/** The subscriptions of one process. */
export class Subscriptions {
  readonly #parts: SubscriptionsParts;
  readonly #topics = new Map<string, Followed>();
  /** How often a connection was there again. */
  #reconnects = 0;
  #timer: TimerHandle | undefined;
  #isClosed = false;

  constructor(parts: SubscriptionsParts) {
    this.#parts = parts;
  }

  /** Topics that are followed. */
  get size(): number {
    return this.#topics.size;
  }

  async subscribe(topic: string, listener: TopicListener): Promise<TopicSubscription> {
    const followed = this.#topics.get(topic) ?? outsideAllTasks(() => this.#follow(topic));
    followed.users += 1;
    try {
      await followed.ready;
    } catch (error) {
      this.#release(topic, followed);
      throw error;
    }
    // An object of its own, so that subscribing the same listener twice counts twice.
    const added: TopicListener = {
      onMessage: (message) => listener.onMessage(message),
      onGap: (gap) => listener.onGap(gap),
      followers: () => listener.followers?.() ?? 1,
    };
    followed.listeners.add(added);
    return {
      position: followed.follower.position!,
      unsubscribe: () => {
        if (followed.listeners.delete(added)) this.#release(topic, followed);
      },
    };
  }

  /**
   * The connection is there again, and its channels will be: reads every topic on. @param areSubscribed resolves when they are, so that
   * nothing falls between the reading and the channel
   */
  async readOn(areSubscribed: () => Promise<void>): Promise<void> {
    this.#reconnects += 1;
    for (const { follower } of this.#topics.values()) follower.hold();
    await areSubscribed();
    const rest = this.#topics.values();
    const readSome = async (): Promise<void> => {
      for (const followed of rest) await this.#read(followed);
    };
    await Promise.all(Array.from({ length: MAX_REPAIRS_AT_ONCE }, readSome));
  }

  /** Ends all of them. @returns what was followed */
  close(): readonly string[] {
    this.#isClosed = true;
    this.#timer?.cancel();
    const topics = [...this.#topics.keys()];
    for (const { listeners } of this.#topics.values()) listeners.clear();
    this.#topics.clear();
    return topics;
  }

  #follow(topic: string): Followed {
    const listeners = new Set<TopicListener>();
    const follower = new TopicFollower(topic, {
      message: (message) => {
        for (const { onMessage } of listeners) onMessage(message);
      },
      gap: (gap) => {
        for (const { onGap } of listeners) onGap(gap);
      },
    });
    // `ready` begins before there is an object to begin it for.
    const begun = Promise.withResolvers<void>();
    const ready = begun.promise;
    const followed: Followed = {
      follower,
      listeners,
      users: 0,
      ready,
      stop: undefined,
      isReading: false,
      mustReadAgain: false,
      questions: [],
    };
    this.#topics.set(topic, followed);
    this.#begin(topic, followed).then(begun.resolve, begun.reject);
    ready.catch(() => {});
    return followed;
  }

  async #begin(topic: string, followed: Followed): Promise<void> {
    const { follower } = followed;
    const reconnects = this.#reconnects;
    followed.stop = await this.#parts.patiently((connection) =>
      connection.subscribe(this.#parts.channelOf(topic), (message) => {
        this.#hear(followed, message);
      }),
    );
    await this.#parts.patiently(() => this.#parts.follow(topic));
    this.#keepFollowing();
    const ask = this.#parts.pagesOf(topic);
    // The place it begins at is asked for last: everything behind it comes over the channel.
    const { epoch, offset } = await this.#parts.patiently(() => ask({ fromOffset: 1, count: 0 }));
    const isLive = follower.begin({ epoch, offset });
    if (!isLive || reconnects !== this.#reconnects) void this.#read(followed);
  }

  #hear(followed: Followed, message: Uint8Array): void {
    const question = readQuestion(message);
    if (question !== undefined) {
      followed.questions.push(question);
      if (followed.questions.length > MAX_OPEN_QUESTIONS) followed.questions.shift();
    } else {
      const batch = readBatch(message);
      if (batch !== undefined && !followed.follower.batch(batch)) void this.#read(followed);
    }
    if (followed.questions.length > 0) this.#answer(followed);
  }

  /** Answers what asks for a place that has been handed on. */
  #answer(followed: Followed): void {
    const { position } = followed.follower;
    if (position === undefined) return;
    const isReached = ({ at }: AudienceQuestion): boolean =>
      at === undefined || (at.epoch === position.epoch && at.offset <= position.offset);
    const reached = followed.questions.filter(isReached);
    followed.questions = followed.questions.filter((question) => !isReached(question));
    if (reached.length === 0) return;
    void this.#count(followed).then(async (followers) => {
      for (const question of reached) await this.#parts.answer(question, followers).catch(() => {});
    });
  }

  async #count({ listeners }: Followed): Promise<number> {
    const counts = [...listeners].map(async ({ followers }) => followers?.() ?? 1);
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  /** Within a third of the lease says again what is followed, and finds out what was missed without a sign. */
  #keepFollowing(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    this.#timer = outsideAllTasks(() =>
      this.#parts.loop.callLater(this.#parts.leaseMs / 3, () => {
        void this.#followAll().then(() => {
          this.#timer = undefined;
          if (this.#topics.size > 0) this.#keepFollowing();
        });
      }),
    );
  }

  async #followAll(): Promise<void> {
    const rest = this.#topics.values();
    const followSome = async (): Promise<void> => {
      for (const followed of rest) await this.#followOn(followed).catch(this.#parts.onError);
    };
    await Promise.all(Array.from({ length: MAX_REPAIRS_AT_ONCE }, followSome));
  }

  async #followOn(followed: Followed): Promise<void> {
    const { follower } = followed;
    if (!this.#isFollowed(followed) || follower.position === undefined) return;
    const there = await this.#parts.follow(follower.topic);
    const here = follower.position;
    // What is on its way over the channel looks the same; then nothing is left to read.
    if (there?.epoch !== here.epoch || there.offset > here.offset) await this.#read(followed);
  }

  /** Reads a topic on until it is live again; never rejects. */
  async #read(followed: Followed): Promise<void> {
    const { follower } = followed;
    // One that has not begun reads by itself where it begins.
    if (follower.position === undefined) return;
    followed.mustReadAgain = true;
    if (followed.isReading) return;
    followed.isReading = true;
    const ask = this.#parts.pagesOf(follower.topic);
    const backoff = new Backoff(RETRY);
    let failures = 0;
    while (followed.mustReadAgain && this.#isFollowed(followed)) {
      followed.mustReadAgain = false;
      follower.hold();
      for (let isLive = false; !isLive && this.#isFollowed(followed); ) {
        try {
          isLive = follower.page(await ask({ ...follower.nextQuery, count: PAGE_MESSAGES }));
          failures = 0;
          if (followed.questions.length > 0) this.#answer(followed);
        } catch (error) {
          if (this.#isFollowed(followed)) this.#parts.onError(error);
          failures += 1;
          await pause(this.#parts.loop, backoff.delayMs(failures)!);
        }
      }
    }
    followed.isReading = false;
  }

  #isFollowed({ follower }: Followed): boolean {
    return !this.#isClosed && this.#topics.get(follower.topic)?.follower === follower;
  }

  #release(topic: string, followed: Followed): void {
    followed.users -= 1;
    if (followed.users > 0 || this.#topics.get(topic) !== followed) return;
    this.#topics.delete(topic);
    const stop = async (): Promise<void> => {
      await followed.stop?.();
      // Somebody may have begun to follow it again.
      if (!this.#topics.has(topic) && !this.#isClosed) await this.#parts.unfollow(topic);
    };
    // What the server is not told it finds out by the end of the lease.
    followed.ready.then(stop, stop).catch(() => {});
  }
}
