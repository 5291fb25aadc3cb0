/**
 * Topics within one process: publishing delivers within the call. What it remembers is bounded for each topic and in
 * the number of topics.
 */
import { randomUUID } from 'node:crypto';
import { currentLoop } from '@oxbow/loop';
import { checkOptions } from '@oxbow/loop/lowlevel';
import { checkCount, defined } from '../connection/connection-options.ts';
import type { Message } from '../envelope/envelope.ts';
import { SocketInputError, WebSocketError } from '../errors.ts';
import { AUDIENCE_TIMEOUT_MS, askListeners } from './audience.ts';
import { MemoryPresence } from './memory-presence.ts';
import type {
  AudienceQuery,
  HistoryQuery,
  PublishOptions,
  TopicAudience,
  TopicBroker,
  TopicHistory,
  TopicListener,
  TopicPosition,
  TopicPresence,
  TopicSubscription,
} from './topic-broker.ts';
import { TopicLog } from './topic-log.ts';

/** Options of `memoryBroker`. */
export interface MemoryBrokerOptions {
  /** Messages remembered of each topic. Default 100, ≥ 1. */
  readonly historyMessages?: number | undefined;
  /** Bytes remembered of each topic. Default 1 MiB, ≥ 1. */
  readonly historyBytes?: number | undefined;
  /** Topics remembered that nobody subscribes to; beyond, the one unused for longest is forgotten. Default 1,000, ≥ 1. */
  readonly maxIdleTopics?: number | undefined;
}

/** The defaults of `MemoryBrokerOptions`. */
export const MEMORY_BROKER_DEFAULTS: Readonly<{
  historyMessages: number;
  historyBytes: number;
  maxIdleTopics: number;
}> = Object.freeze({ historyMessages: 100, historyBytes: 1_048_576, maxIdleTopics: 1_000 });

/**
 * Topics kept in this process's memory. @throws SocketInputError for a value out of range
 *
 * @example
 * ```ts
 * import { memoryBroker, serve } from '@oxbow/websocket';
 *
 * const server = await serve((socket) => void socket.join('news'), { broker: memoryBroker() });
 * await server.topic('news').publish('hello');
 * await server.close();
 * ```
 */
export function memoryBroker(options: MemoryBrokerOptions = {}): TopicBroker {
  checkOptions(options, Object.keys(MEMORY_BROKER_DEFAULTS), 'memoryBroker()');
  const limits = { ...MEMORY_BROKER_DEFAULTS, ...defined(options) };
  for (const [name, value] of Object.entries(limits)) checkCount(name, value);
  return new MemoryBroker(limits);
}

interface TopicState {
  readonly log: TopicLog;
  readonly subscribers: Set<TopicListener>;
}

class MemoryBroker implements TopicBroker {
  readonly #presence = new MemoryPresence();
  readonly #limits: Readonly<typeof MEMORY_BROKER_DEFAULTS>;
  readonly #topics = new Map<string, TopicState>();
  /** Topics without subscribers, the one unused for longest first. */
  readonly #idle = new Set<string>();
  readonly #id = randomUUID();
  #epochs = 0;
  #isClosed = false;

  constructor(limits: Readonly<typeof MEMORY_BROKER_DEFAULTS>) {
    this.#limits = limits;
  }

  get presence(): TopicPresence | undefined {
    return this.#isClosed ? undefined : this.#presence;
  }

  async publish(topic: string, data: Message, options: PublishOptions = {}): Promise<TopicPosition> {
    const { log, subscribers } = this.#use(topic);
    const { id, except } = options;
    const earlier = id === undefined ? undefined : log.placeOf(id);
    if (earlier !== undefined) return earlier;
    // History must not change when the publisher reuses its memory.
    const message = log.append(topic, typeof data === 'string' ? data : data.slice(), { id, except });
    for (const { onMessage } of subscribers) onMessage(message);
    return { epoch: message.epoch, offset: message.offset };
  }

  async subscribe(topic: string, listener: TopicListener): Promise<TopicSubscription> {
    const { log, subscribers } = this.#use(topic);
    // An object of its own, so that subscribing the same listener twice counts twice.
    const added: TopicListener = {
      onMessage: (message) => listener.onMessage(message),
      onGap: (gap) => listener.onGap(gap),
      followers: () => listener.followers?.() ?? 1,
    };
    subscribers.add(added);
    this.#idle.delete(topic);
    return {
      position: log.position,
      unsubscribe: () => {
        if (!subscribers.delete(added) || subscribers.size > 0 || this.#isClosed) return;
        this.#markIdle(topic);
      },
    };
  }

  async history(topic: string, query: HistoryQuery = {}): Promise<TopicHistory> {
    if (query.limit !== undefined && !(query.limit >= 1)) {
      throw new SocketInputError(`history(): limit must be at least 1; got ${String(query.limit)}.`);
    }
    return this.#use(topic).log.history(query);
  }

  async audience(
    topic: string,
    { timeoutMs = AUDIENCE_TIMEOUT_MS }: AudienceQuery = {},
  ): Promise<TopicAudience> {
    // Publishing delivers within the call: whatever place is asked for has been handed on.
    return askListeners(this.#use(topic).subscribers, timeoutMs, currentLoop());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#presence.clear();
    for (const { subscribers } of this.#topics.values()) subscribers.clear();
    this.#topics.clear();
    this.#idle.clear();
  }

  #use(topic: string): TopicState {
    if (this.#isClosed) throw new WebSocketError('ERR_OXBOW_WS_BROKER_CLOSED', 'The topic broker is closed.');
    let state = this.#topics.get(topic);
    if (state === undefined) {
      this.#epochs += 1;
      // A topic that was forgotten begins a new epoch: its old offsets mean nothing any more.
      state = { log: new TopicLog(`${this.#id}.${this.#epochs}`, this.#limits), subscribers: new Set() };
      this.#topics.set(topic, state);
    }
    if (state.subscribers.size === 0) this.#markIdle(topic);
    return state;
  }

  #markIdle(topic: string): void {
    this.#idle.delete(topic);
    this.#idle.add(topic);
    if (this.#idle.size <= this.#limits.maxIdleTopics) return;
    const [oldest] = this.#idle;
    this.#idle.delete(oldest!);
    this.#topics.delete(oldest!);
  }
}
