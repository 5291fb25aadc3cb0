/**
 * A topic as the server's code sees it.
 */
import { type Sendable, toMessage } from '../socket/message.ts';
import type { HistoryQuery, TopicBroker, TopicHistory, TopicPosition } from '../topic/topic-broker.ts';
import type { TopicHub } from '../topic/topic-hub.ts';

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

  /** Sockets of this server that follow the topic. */
  get followers(): number {
    return this.#hub.followers(this.name);
  }

  /**
   * Sends a message to every follower, framed once for all of them. With the memory broker it is queued for each of them
   * within the call. A follower that reads too slowly meets its `slowConsumer` policy; publishing never waits for one.
   *
   * @returns the message's place, once it has one
   */
  publish(data: Sendable): Promise<TopicPosition> {
    return this.#hub.publish(this.name, toMessage(data));
  }

  /** What the broker remembers of the topic. */
  history(query?: HistoryQuery): Promise<TopicHistory> {
    return this.#broker.history(this.name, query);
  }
}
