/**
 * Topics on a server that many processes share: the engine behind `serve(handler, { broker: redisBroker(url) })`.
 *
 * A message's place is given by the server in one step, and goes from there to every process that follows its topic. What is on its way when
 * a connection is cut is not lost: a publisher sends its last batch again under its number, a follower reads on from the history.
 */
import { randomUUID } from 'node:crypto';
import { currentLoop, type EventLoop } from '@oxbow/loop';
import { outsideAllTasks } from '@oxbow/loop/lowlevel';
import {
  type AudienceQuery,
  type HistoryQuery,
  type Message,
  type PublishOptions,
  SocketInputError,
  type TopicAudience,
  type TopicBroker,
  type TopicHistory,
  type TopicListener,
  type TopicPosition,
  type TopicPresence,
  type TopicSubscription,
  WebSocketError,
} from '@oxbow/websocket';
import { connectRedis, type RedisClient } from '../connection/connect-redis.ts';
import type { RedisConnection } from '../connection/redis-commands.ts';
import { checkServer } from '../connection/server-check.ts';
import { isPassing, RedisClosedError } from '../errors.ts';
import { AudienceAsker } from './audience-asker.ts';
import { writeAnswer } from './audience-question.ts';
import { brokerSettings, type RedisBrokerOptions, type RedisBrokerSettings } from './broker-options.ts';
import { Liveness } from './liveness.ts';
import { withPatience } from './patience.ts';
import { type OutgoingBatch, Publisher } from './publisher.ts';
import { RedisPresence } from './redis-presence.ts';
import { Subscriptions } from './subscriptions.ts';
import { type AskPage, readHistory, readPage } from './topic-history.ts';
import { batchKeyOf, keysOf } from './topic-keys.ts';
import { readPlaces, readRecord, writeRecord } from './topic-record.ts';
import { FOLLOW, PUBLISH, READ } from './topic-scripts.ts';

/** How much longer than a publisher tries its last batch is remembered, in ms: a cut wire may deliver late. */
const BATCH_MARGIN_MS = 60_000;

/** More than any count, and as milliseconds more than 30,000 years. */
const NO_LIMIT = 1e15;

/** Topics on a server. */
export interface RedisBroker extends TopicBroker {
  /** Asks every process that follows the topic: those that answer, and those that are silent although their lease goes on. */
  audience(topic: string, query?: AudienceQuery): Promise<TopicAudience>;
  /** Who is where, exact within a lease. */
  readonly presence: TopicPresence;
  /**
   * Resolves when the server was reached and can be used. Without it, the first call finds out.
   * @throws RedisConnectionError, RedisServerError, RedisClientError: one sentence that says what to do
   */
  ready(): Promise<void>;
}

/**
 * Topics on the Redis or Valkey behind a URL or a client of yours. Processes that name the same server and prefix share them. It connects
 * at once, and tries again with the next call where that fails. Every call tries again while the server is away, for `timeoutMs`. What it
 * throws then is the connection's error, and a message may or may not have been published: give it an `id` to publish it again.
 *
 * @throws RedisOptionError for a URL or an option that cannot be used
 *
 * @example
 * ```ts
 * import { redisBroker } from '@oxbow/redis/topics';
 * import { serve } from '@oxbow/websocket';
 *
 * const server = await serve((socket) => void socket.join('news'), {
 *   broker: redisBroker('redis://localhost:6379'),
 * });
 * await server.topic('news').publish('hello');
 * ```
 */
export function redisBroker(target: string | RedisClient, options: RedisBrokerOptions = {}): RedisBroker {
  return new ServerBroker(target, brokerSettings(options));
}

class ServerBroker implements RedisBroker {
  readonly presence: RedisPresence;
  readonly #target: string | RedisClient;
  readonly #settings: RedisBrokerSettings;
  readonly #loop: EventLoop = currentLoop();
  /** Names this broker and its start. */
  readonly #id = randomUUID();
  readonly #publisher: Publisher;
  readonly #subscriptions: Subscriptions;
  readonly #asker: AudienceAsker;
  readonly #liveness: Liveness;
  #opening: Promise<RedisConnection> | undefined;
  #isProbing: Promise<void> | undefined;
  #names = 0;
  #barriers = 0;
  #closing: Promise<void> | undefined;

  constructor(target: string | RedisClient, settings: RedisBrokerSettings) {
    this.#target = target;
    this.#settings = settings;
    const parts = {
      loop: this.#loop,
      patiently: <T>(call: (connection: RedisConnection) => Promise<T>) => this.#patiently(call),
      onError: (error: unknown) => this.#report(error),
    };
    this.#publisher = new Publisher((batch) => this.#send(batch));
    this.#subscriptions = new Subscriptions({
      ...parts,
      channelOf: (topic) => keysOf(settings.prefix, topic).channel,
      pagesOf: (topic) => this.#pagesOf(topic),
      leaseMs: settings.leaseMs,
      follow: (topic) => this.#follow(topic),
      unfollow: (topic) => this.#unfollow(topic),
      answer: async ({ replyTo, number }, followers) => {
        const answer = writeAnswer({ number, broker: this.#id, followers });
        await (await this.#connection()).send(['PUBLISH', replyTo, answer]);
      },
    });
    this.#asker = new AudienceAsker({ ...parts, prefix: settings.prefix, broker: this.#id });
    this.presence = new RedisPresence({
      ...parts,
      prefix: settings.prefix,
      broker: this.#id,
      leaseMs: settings.leaseMs,
      nextName: () => this.#nextName(),
      connection: () => this.#connection(),
    });
    this.#liveness = new Liveness(this.#loop, `${settings.prefix}:probe:${this.#id}`, settings.probeMs);
    this.#connection().catch(() => {});
  }

  async ready(): Promise<void> {
    await this.#connection();
  }

  async publish(topic: string, data: Message, { id, except }: PublishOptions = {}): Promise<TopicPosition> {
    this.#checkOpen();
    const record = writeRecord({ data, except });
    return this.#publisher.publish(topic, { name: id ?? '', record });
  }

  async subscribe(topic: string, listener: TopicListener): Promise<TopicSubscription> {
    this.#checkOpen();
    await this.#probe();
    return this.#subscriptions.subscribe(topic, listener);
  }

  async history(topic: string, query: HistoryQuery = {}): Promise<TopicHistory> {
    this.#checkOpen();
    if (query.limit !== undefined && !(query.limit >= 1))
      throw new SocketInputError(`history(): limit must be at least 1; got ${String(query.limit)}.`);
    const ask = this.#pagesOf(topic);
    return readHistory((page) => this.#patiently(() => ask(page)), topic, query);
  }

  async audience(topic: string, query: AudienceQuery = {}): Promise<TopicAudience> {
    this.#checkOpen();
    return this.#asker.ask(topic, query);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#liveness.end();
    const followed = this.#subscriptions.close();
    const opening = this.#opening;
    await this.presence.close().catch(() => {});
    const connection = await opening?.catch(() => undefined);
    if (connection !== undefined) await Promise.allSettled(followed.map((topic) => this.#unfollow(topic)));
    await connection?.close();
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw closedError();
  }

  async #connection(): Promise<RedisConnection> {
    this.#opening ??= outsideAllTasks(() => this.#open());
    return this.#opening;
  }

  async #open(): Promise<RedisConnection> {
    let connection: RedisConnection | undefined;
    try {
      const { client, prefix } = this.#settings;
      connection = await connectRedis(this.#target, client === undefined ? {} : { client });
      await checkServer(connection, `${prefix}:check`);
      const opened = connection;
      connection.onReconnect(() => void this.#restore(opened));
      return connection;
    } catch (error) {
      this.#opening = undefined;
      await connection?.close();
      throw error;
    }
  }

  /** The connection is there again. */
  async #restore(connection: RedisConnection): Promise<void> {
    if (this.#closing !== undefined) return;
    const channel = `${this.#settings.prefix}:barrier:${this.#id}:${(this.#barriers += 1)}`;
    const areSubscribed = async (): Promise<void> => {
      // Channels are subscribed again in order: once a new one is, all are. If that fails, another reconnection follows.
      const stop = await connection.subscribe(channel, () => {});
      await stop();
    };
    const barrier = areSubscribed();
    barrier.catch(() => {});
    await this.#subscriptions.readOn(() => barrier).catch(() => {});
    await barrier.then(() => this.presence.restore()).catch(() => {});
  }

  /** Probing begins with the first subscription: who only publishes needs no channel. */
  #probe(): Promise<void> {
    this.#isProbing ??= outsideAllTasks(() =>
      this.#patiently((connection) => this.#liveness.begin(connection)).catch((error: unknown) => {
        this.#isProbing = undefined;
        throw error;
      }),
    );
    return this.#isProbing;
  }

  async #send({ topic, number, messages }: OutgoingBatch): Promise<readonly TopicPosition[]> {
    const { prefix, historyMessages, historyBytes, historyMs, topicMs, idMs, timeoutMs } = this.#settings;
    const keys = keysOf(prefix, topic);
    return this.#patiently(async (connection, isRepeat) => {
      const answer = await PUBLISH.run(
        connection,
        [keys.messages, keys.state, batchKeyOf(keys, this.#id)],
        [
          this.#nextName(),
          String(number),
          isRepeat ? '1' : '0',
          keys.channel,
          keys.named,
          ...[historyMessages, historyBytes, historyMs, topicMs, idMs, timeoutMs + BATCH_MARGIN_MS].map(
            whole,
          ),
          ...messages.flatMap(({ name, record }) => [name, record]),
        ],
      );
      return readPlaces(String(answer));
    });
  }

  #pagesOf(topic: string): AskPage {
    const { prefix, historyMs, topicMs } = this.#settings;
    const keys = keysOf(prefix, topic);
    return async ({ fromOffset, epoch = '', count, newest = 0 }) => {
      const connection = await this.#connection();
      const reply = await READ.run(
        connection,
        [keys.messages, keys.state],
        [
          this.#nextName(),
          String(fromOffset),
          epoch,
          String(count),
          whole(historyMs),
          String(newest),
          whole(topicMs),
        ],
        { as: 'bytes' },
      );
      return readPage(reply, readRecord);
    };
  }

  async #follow(topic: string): Promise<TopicPosition | undefined> {
    const { prefix, leaseMs, topicMs } = this.#settings;
    const { brokers, state } = keysOf(prefix, topic);
    const connection = await this.#connection();
    const reply = await FOLLOW.run(connection, [brokers, state], [this.#id, whole(leaseMs), whole(topicMs)]);
    const [epoch, offset] = reply as readonly (string | null)[];
    return typeof epoch === 'string' ? { epoch, offset: Number(offset) } : undefined;
  }

  async #unfollow(topic: string): Promise<unknown> {
    const connection = await this.#connection();
    return connection.send(['ZREM', keysOf(this.#settings.prefix, topic).brokers, this.#id]);
  }

  async #patiently<T>(call: (connection: RedisConnection, isRepeat: boolean) => Promise<T>): Promise<T> {
    this.#checkOpen();
    const { timeoutMs } = this.#settings;
    const isOver = (): boolean => this.#closing !== undefined;
    try {
      return await outsideAllTasks(() =>
        withPatience({ loop: this.#loop, patienceMs: timeoutMs, isOver }, async (isRepeat) =>
          call(await this.#connection(), isRepeat),
        ),
      );
    } catch (error) {
      if (isOver() || error instanceof RedisClosedError) throw closedError();
      throw error;
    }
  }

  /** What passes by itself is tried again, and calls that wait for it say so. */
  #report(error: unknown): void {
    if (this.#closing === undefined && !isPassing(error)) this.#settings.onError(error);
  }

  /** A name that nobody else gives: for an epoch, should one begin. */
  #nextName(): string {
    this.#names += 1;
    return `${this.#id}.${this.#names}`;
  }
}

/** A number as the scripts take it; no limit is one that nothing reaches. */
function whole(value: number): string {
  return String(Math.min(Math.ceil(value), NO_LIMIT));
}

function closedError(): WebSocketError {
  return new WebSocketError('ERR_OXBOW_WS_BROKER_CLOSED', 'The topic broker is closed.');
}
