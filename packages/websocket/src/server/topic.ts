/**
 * A topic as the server's code sees it.
 */
import { checkOptions } from '@oxbow/loop/lowlevel';
import { SocketInputError } from '../errors.ts';
import { type Sendable, toMessage } from '../socket/message.ts';
import type { Socket } from '../socket/socket.ts';
import type {
  HistoryQuery,
  PresenceChange,
  PresenceMember,
  TopicBroker,
  TopicHistory,
  TopicPosition,
} from '../topic/topic-broker.ts';
import type { TopicHub } from '../topic/topic-hub.ts';

/** Options of `publish`. */
export interface TopicPublishOptions {
  /** Sockets, or their ids, that do not get the message: on whatever server they are. */
  readonly except?: Socket<never> | string | Iterable<Socket<never> | string> | undefined;
  /** A name for the message: published again under the same name, it is not delivered twice. 1 to 256 characters. */
  readonly id?: string | undefined;
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
