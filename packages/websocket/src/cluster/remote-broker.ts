/**
 * A broker whose topics live in another process: every call is a question over a port.
 */
import type { Message } from '../envelope/envelope.ts';
import { SocketInputError, WebSocketError } from '../errors.ts';
import type {
  AudienceQuery,
  HistoryQuery,
  PresenceChange,
  PresenceMember,
  PublishOptions,
  TopicAudience,
  TopicBroker,
  TopicHistory,
  TopicListener,
  TopicPosition,
  TopicPresence,
  TopicSubscription,
} from '../topic/topic-broker.ts';
import {
  type BrokerPort,
  type Call,
  isOurs,
  messageOf,
  type PlainMessage,
  plainData,
  type Told,
  WIRE_NAME,
} from './broker-wire.ts';

/** Questions that may wait for their answer at once. */
export const MAX_QUESTIONS = 10_000;

/** JSON has no Infinity: the longest that a timer waits. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Opens a broker over a port whose other end is hosted. */
export function remoteBroker(port: BrokerPort): TopicBroker {
  return new RemoteBroker(port);
}

class RemoteBroker implements TopicBroker {
  readonly presence: TopicPresence = {
    enter: async (topic, member) => void (await this.#ask('enter', [topic, member])),
    leave: async (topic, id) => void (await this.#ask('leave', [topic, id])),
    members: async (topic) => (await this.#ask('members', [topic])) as readonly PresenceMember[],
    watch: (topic, onChange) => this.#watch(topic, onChange),
  };
  readonly #port: BrokerPort;
  readonly #stopListening: () => void;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<number, TopicListener>();
  readonly #watchers = new Map<number, (change: PresenceChange) => void>();
  #lastId = 0;
  #isClosed = false;

  constructor(port: BrokerPort) {
    this.#port = port;
    this.#stopListening = port.listen({
      message: (message) => {
        if (isOurs(message) && !('call' in message)) this.#told(message);
      },
      closed: () => this.#end(),
    });
  }

  async publish(topic: string, data: Message, options: PublishOptions = {}): Promise<TopicPosition> {
    return (await this.#ask('publish', [topic, plainData(data), options])) as TopicPosition;
  }

  async subscribe(topic: string, listener: TopicListener): Promise<TopicSubscription> {
    const id = this.#nextId();
    this.#listeners.set(id, listener);
    try {
      const position = (await this.#ask('subscribe', [topic], id)) as TopicPosition;
      return { position, unsubscribe: () => this.#forget(this.#listeners, 'unsubscribe', id) };
    } catch (error) {
      this.#listeners.delete(id);
      throw error;
    }
  }

  async history(topic: string, query: HistoryQuery = {}): Promise<TopicHistory> {
    const history = (await this.#ask('history', [topic, query])) as TopicHistory & {
      readonly messages: readonly PlainMessage[];
    };
    return { ...history, messages: (history.messages as readonly PlainMessage[]).map(messageOf) };
  }

  async audience(topic: string, { at, timeoutMs }: AudienceQuery = {}): Promise<TopicAudience> {
    const query = { at, timeoutMs: timeoutMs === Number.POSITIVE_INFINITY ? MAX_TIMEOUT_MS : timeoutMs };
    return (await this.#ask('audience', [topic, query])) as TopicAudience;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    const bye = this.#ask('bye', []).catch(() => {});
    this.#isClosed = true;
    await bye;
    this.#end();
  }

  async #watch(topic: string, onChange: (change: PresenceChange) => void): Promise<() => void> {
    const id = this.#nextId();
    this.#watchers.set(id, onChange);
    try {
      await this.#ask('watch', [topic], id);
      return () => this.#forget(this.#watchers, 'unwatch', id);
    } catch (error) {
      this.#watchers.delete(id);
      throw error;
    }
  }

  #forget(from: Map<number, unknown>, call: Call, id: number): void {
    if (from.delete(id) && !this.#isClosed) void this.#ask(call, [id]).catch(() => {});
  }

  #ask(call: Call, args: readonly unknown[], id: number = this.#nextId()): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(closedError());
    if (this.#waiting.size >= MAX_QUESTIONS) {
      const message = `${MAX_QUESTIONS} calls of the topic broker wait for their answer already: await them.`;
      return Promise.reject(new WebSocketError('ERR_OXBOW_WS_BROKER_BUSY', message));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#port.send({ wire: WIRE_NAME, id, call, args });
    });
  }

  #told(told: Told): void {
    if ('about' in told) {
      if ('message' in told) this.#listeners.get(told.about)?.onMessage(messageOf(told.message));
      else if ('gap' in told) this.#listeners.get(told.about)?.onGap(told.gap);
      else if ('asked' in told) void this.#answer(told.about, told.asked);
      else this.#watchers.get(told.about)?.(told.change);
      return;
    }
    const waiting = this.#waiting.get(told.id);
    this.#waiting.delete(told.id);
    if (!('error' in told)) waiting?.resolve(told.value);
    else if (told.error.code === 'ERR_OXBOW_WS_INPUT')
      waiting?.reject(new SocketInputError(told.error.message));
    else waiting?.reject(new WebSocketError(told.error.code, told.error.message));
  }

  async #answer(about: number, asked: number): Promise<void> {
    const listener = this.#listeners.get(about);
    if (listener === undefined) return;
    try {
      await this.#ask('heard', [asked, (await listener.followers?.()) ?? 1]);
    } catch {
      // Who asked is gone, or counts this one as silent.
    }
  }

  /** The other process is gone, or this side has said goodbye. */
  #end(): void {
    this.#isClosed = true;
    this.#stopListening();
    this.#listeners.clear();
    this.#watchers.clear();
    for (const { reject } of this.#waiting.values()) reject(closedError());
    this.#waiting.clear();
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }
}

function closedError(): WebSocketError {
  return new WebSocketError('ERR_OXBOW_WS_BROKER_CLOSED', 'The topic broker is closed.');
}
