/**
 * Which rooms there are. A room that one server process opens is told to the others over a topic of its own, which also tells a
 * process that starts later.
 */
import type { TopicBroker, TopicMessage, TopicSubscription } from '@oxbow/websocket';
import { FIRST_ROOMS, faultOfRoom } from './chat-message.ts';

/** Rooms at once. */
export const MAX_ROOMS = 200;

const TOPIC = 'rooms';

/** The names of all rooms. */
export class RoomList {
  readonly #broker: TopicBroker;
  readonly #onError: (error: unknown) => void;
  readonly #names = new Set(FIRST_ROOMS);
  #subscription: TopicSubscription | undefined;

  private constructor(broker: TopicBroker, onError: (error: unknown) => void) {
    this.#broker = broker;
    this.#onError = onError;
  }

  /** Reads which rooms there are, and follows what is added. Rejects with the broker's error. */
  static async open(broker: TopicBroker, onError: (error: unknown) => void): Promise<RoomList> {
    const list = new RoomList(broker, onError);
    list.#subscription = await broker.subscribe(TOPIC, {
      onMessage: (message) => list.#learn(message),
      onGap: () => void list.#read().catch(onError),
    });
    try {
      await list.#read();
    } catch (error) {
      list.close();
      throw error;
    }
    return list;
  }

  get names(): ReadonlySet<string> {
    return this.#names;
  }

  /** Sees to it that a room is there. @returns false when there are too many */
  add(room: string): boolean {
    if (this.#names.has(room)) return true;
    if (this.#names.size >= MAX_ROOMS) return false;
    this.#names.add(room);
    this.#broker.publish(TOPIC, room, { id: room }).catch(this.#onError);
    return true;
  }

  close(): void {
    this.#subscription?.unsubscribe();
  }

  async #read(): Promise<void> {
    for (const message of (await this.#broker.history(TOPIC)).messages) this.#learn(message);
  }

  #learn({ data }: TopicMessage): void {
    const room = String(data);
    if (this.#names.size < MAX_ROOMS && faultOfRoom(room) === undefined) this.#names.add(room);
  }
}
