/**
 * Topics within one process: publishing delivers within the call. What it remembers is bounded for each topic and in
 * the number of topics.
 */
import { randomUUID } from 'node:crypto';
import { checkOptions } from '@oxbow/loop/lowlevel';
import { checkCount, defined } from '../connection/connection-options.ts';
import { WebSocketError } from '../errors.ts';
import type { Message } from '../socket/message.ts';
import type {
  HistoryQuery,
  TopicBroker,
  TopicHistory,
  TopicMessage,
  TopicPosition,
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

/** Topics kept in this process's memory. @throws SocketInputError for a value out of range */
export function memoryBroker(options: MemoryBrokerOptions = {}): TopicBroker {
  checkOptions(options, Object.keys(MEMORY_BROKER_DEFAULTS), 'memoryBroker()');
  const limits = { ...MEMORY_BROKER_DEFAULTS, ...defined(options) };
  for (const [name, value] of Object.entries(limits)) checkCount(name, value);
  return new MemoryBroker(limits);
}

interface TopicState {
  readonly log: TopicLog;
  readonly subscribers: Set<(message: TopicMessage) => void>;
}

class MemoryBroker implements TopicBroker {
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

  async publish(topic: string, data: Message): Promise<TopicPosition> {
    const { log, subscribers } = this.#use(topic);
    // History must not change when the publisher reuses its memory.
    const message = log.append(topic, typeof data === 'string' ? data : data.slice());
    for (const deliver of subscribers) deliver(message);
    return { epoch: message.epoch, offset: message.offset };
  }

  async subscribe(topic: string, onMessage: (message: TopicMessage) => void): Promise<TopicSubscription> {
    const { log, subscribers } = this.#use(topic);
    // A function of its own, so that subscribing the same one twice counts twice.
    const deliver = (message: TopicMessage) => onMessage(message);
    subscribers.add(deliver);
    this.#idle.delete(topic);
    return {
      position: log.position,
      unsubscribe: () => {
        if (!subscribers.delete(deliver) || subscribers.size > 0 || this.#isClosed) return;
        this.#markIdle(topic);
      },
    };
  }

  async history(topic: string, query: HistoryQuery = {}): Promise<TopicHistory> {
    return this.#use(topic).log.history(query);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
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
