/**
 * What happens in the rooms beside the texts, on whatever server process: who comes and goes, and who writes. Signs of writing have a
 * topic of their own, so that they take no place in a room's history; one that is lost is not missed.
 */
import { msgpack } from '@oxbow/codec/msgpack';
import type { TopicBroker } from '@oxbow/websocket';
import type { Typing } from './chat-message.ts';

/** Who is told. */
export interface RoomEvents {
  /** Somebody came into the room or left it. */
  people(room: string): void;
  /** The member behind the connection `author` writes. */
  typing(sign: Typing, author: string): void;
}

interface Sign {
  readonly author: string;
  readonly typing: Typing;
}

const signs = msgpack<Sign>();

/** The rooms that are watched. */
export class RoomWatch {
  readonly #broker: TopicBroker;
  readonly #events: RoomEvents;
  readonly #watched = new Map<string, Promise<() => void>>();

  constructor(broker: TopicBroker, events: RoomEvents) {
    this.#broker = broker;
    this.#events = events;
  }

  /** Watches a room from now on. Rejects with the broker's error; then it may be tried again. */
  async watch(room: string): Promise<void> {
    const begun = this.#watched.get(room) ?? this.#begin(room);
    this.#watched.set(room, begun);
    try {
      await begun;
    } catch (error) {
      this.#watched.delete(room);
      throw error;
    }
  }

  /** Tells all processes that somebody writes. */
  async showTyping(typing: Typing, author: string): Promise<void> {
    await this.#broker.publish(topicOfSigns(typing.room), signs.encode({ author, typing }));
  }

  async close(): Promise<void> {
    const begun = [...this.#watched.values()];
    this.#watched.clear();
    for (const result of await Promise.allSettled(begun)) if (result.status === 'fulfilled') result.value();
  }

  async #begin(room: string): Promise<() => void> {
    const subscription = await this.#broker.subscribe(topicOfSigns(room), {
      onMessage: ({ data }) => {
        const { typing, author } = signs.decode(data as Uint8Array);
        this.#events.typing(typing, author);
      },
      onGap: () => {},
    });
    try {
      const stop = await this.#broker.presence?.watch(topicOf(room), () => this.#events.people(room));
      return () => {
        subscription.unsubscribe();
        stop?.();
      };
    } catch (error) {
      subscription.unsubscribe();
      throw error;
    }
  }
}

/** The topic of a room's texts. */
export function topicOf(room: string): string {
  return `room:${room}`;
}

function topicOfSigns(room: string): string {
  return `signs:${room}`;
}
