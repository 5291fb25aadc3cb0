/**
 * A topic as the server's code sees it.
 */
import { checkOptions } from '@oxbow/loop/lowlevel';
import { checkDuration } from '../connection/connection-options.ts';
import { SocketInputError, WebSocketError } from '../errors.ts';
import { type Sendable, toMessage } from '../socket/message.ts';
import type { Socket } from '../socket/socket.ts';
import type {
  HistoryQuery,
  PresenceChange,
  PresenceMember,
  TopicAudience,
  TopicBroker,
  TopicHistory,
  TopicPosition,
} from '../topic/topic-broker.ts';
import type { TopicHub, TopicStatistics } from '../topic/topic-hub.ts';

/** Options of `publish`. */
export interface TopicPublishOptions {
  /** Sockets, or their ids, that do not get the message: on whatever server they are. */
  readonly except?: Socket<never> | string | Iterable<Socket<never> | string> | undefined;
  /** A name for the message: published again under the same name, it is not delivered twice. 1 to 256 characters. */
  readonly id?: string | undefined;
}

/** Options of `broadcast`. */
export interface TopicBroadcastOptions extends TopicPublishOptions {
  /** How long the other servers may take to answer, in ms; `Infinity` is no limit. Default 5,000. */
  readonly timeoutMs?: number | undefined;
}

/** What became of a broadcast. */
export interface TopicBroadcast extends TopicAudience {
  /** The message's place. */
  readonly position: TopicPosition;
}

/** The longest name of a message, in UTF-16 units. */
export const MAX_MESSAGE_ID_LENGTH = 256;

/** A named channel of messages that sockets follow by `socket.join(name)`. */
export class Topic {
  readonly name: string;
  readonly #hub: TopicHub;
  readonly #broker: TopicBroker;

  /** @internal Topics come from `server.topic(name)`. */
  constructor(name: string, hub: TopicHub, broker: TopicBroker) {
    this.name = name;
    this.#hub = hub;
    this.#broker = broker;
  }

  /** How many sockets of this server follow the topic. */
  get followers(): number {
    return this.#hub.followers(this.name).size;
  }

  /** The sockets of this server that follow the topic, in the order they joined. */
  members(): readonly Socket[] {
    return [...this.#hub.followers(this.name).keys()] as unknown as readonly Socket[];
  }

  /** What the topic had on this server since somebody here began to follow it; counts end with its last follower. */
  statistics(): TopicStatistics {
    return this.#hub.statistics(this.name);
  }

  /**
   * Sends a message to every follower, framed once for all of them, and compressed once for each set of parameters. With
   * the memory broker it is queued for each of them within the call. A follower that reads too slowly meets its
   * `slowConsumer` policy; publishing never waits for one.
   *
   * @returns the message's place, once it has one
   * @throws SocketInputError for what is no message; the broker's error
   */
  publish(data: Sendable, options: TopicPublishOptions = {}): Promise<TopicPosition> {
    checkOptions(options, ['except', 'id'], 'topic.publish()');
    const { id } = options;
    if (id !== undefined && (typeof id !== 'string' || id === '' || id.length > MAX_MESSAGE_ID_LENGTH)) {
      throw new SocketInputError(
        `topic.publish(): id is a string of 1 to ${MAX_MESSAGE_ID_LENGTH} characters.`,
      );
    }
    const except = idsOf(options.except);
    return this.#hub.publish(this.name, toMessage(data), {
      ...(id !== undefined && { id }),
      ...(except.length > 0 && { except }),
    });
  }

  /**
   * Publishes a message, and waits until every server that has followers has handed it to their connections. What did not answer
   * in `timeoutMs` is counted in `silent`: it may get the message all the same. That a peer has read it is said by an answer of its own.
   *
   * @throws what `publish` throws; WebSocketError `ERR_OXBOW_WS_NO_AUDIENCE` when the broker cannot ask
   */
  async broadcast(data: Sendable, options: TopicBroadcastOptions = {}): Promise<TopicBroadcast> {
    checkOptions(options, ['except', 'id', 'timeoutMs'], 'topic.broadcast()');
    const { timeoutMs, ...publishing } = options;
    const ask = this.#askAudience(timeoutMs);
    const position = await this.publish(data, publishing);
    return { position, ...(await ask(position)) };
  }

  /**
   * How many sockets follow the topic, on all servers.
   *
   * @throws WebSocketError `ERR_OXBOW_WS_NO_AUDIENCE` when the broker cannot ask
   */
  async audience(options: { readonly timeoutMs?: number | undefined } = {}): Promise<TopicAudience> {
    checkOptions(options, ['timeoutMs'], 'topic.audience()');
    return this.#askAudience(options.timeoutMs)(undefined);
  }

  /** Finds out whether it can be asked before anything is done. */
  #askAudience(timeoutMs: number | undefined): (at: TopicPosition | undefined) => Promise<TopicAudience> {
    if (timeoutMs !== undefined) checkDuration('timeoutMs', timeoutMs);
    const broker = this.#broker;
    if (broker.audience === undefined) {
      throw new WebSocketError(
        'ERR_OXBOW_WS_NO_AUDIENCE',
        'This topic broker cannot ask who follows a topic on other servers.',
      );
    }
    return async (at) => broker.audience!(this.name, { at, timeoutMs });
  }

  /** What the broker remembers of the topic. */
  history(query?: HistoryQuery): Promise<TopicHistory> {
    return this.#broker.history(this.name, query);
  }

  /**
   * Everybody who joined the topic with `presence`, on whatever server.
   *
   * @throws WebSocketError `ERR_OXBOW_WS_NO_PRESENCE` when the broker does not keep it
   */
  async presence(): Promise<readonly PresenceMember[]> {
    return this.#hub.presence.members(this.name);
  }

  /** Tells of everybody who comes and goes from now on. @returns what ends it */
  async onPresence(callback: (change: PresenceChange) => void): Promise<() => void> {
    return this.#hub.presence.watch(this.name, callback);
  }
}

function idsOf(except: TopicPublishOptions['except']): readonly string[] {
  if (except === undefined) return [];
  if (typeof except === 'string') return [except];
  if ('id' in except) return [(except as Socket<never>).id];
  return [...except].map((each) => (typeof each === 'string' ? each : each.id));
}
