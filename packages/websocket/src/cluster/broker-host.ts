/**
 * Lets brokers in other processes use the one here. Each is known by its port: when that closes, because its process ended
 * or was killed, its subscriptions and presences end with it.
 */

import { WebSocketError } from '../errors.ts';
import type {
  AudienceQuery,
  HistoryQuery,
  PresenceMember,
  PublishOptions,
  TopicBroker,
  TopicPosition,
} from '../topic/topic-broker.ts';
import {
  type BrokerPort,
  bytesOf,
  dataOf,
  isOurs,
  type PlainData,
  plainMessage,
  type Question,
  WIRE_NAME,
} from './broker-wire.ts';

/** Bytes of messages that may wait to leave for one process; beyond, it is told of a gap instead. */
export const MAX_BYTES_TO_PROCESS: number = 16 * 2 ** 20;

/** Questions to one process that wait for their answer; beyond, the oldest is given up. */
const MAX_OPEN_QUESTIONS = 1_000;

/** Serves the broker to a process. @returns what ends it */
export function hostBroker(broker: TopicBroker, port: BrokerPort): () => void {
  const guest = new Guest(broker, port);
  const stop = port.listen({
    message: (message) => {
      if (isOurs(message) && 'call' in message) guest.ask(message);
    },
    closed: () => guest.end(),
  });
  return () => {
    stop();
    guest.end();
  };
}

class Guest {
  readonly #broker: TopicBroker;
  readonly #port: BrokerPort;
  /** What ends each subscription and watch, by its number. */
  readonly #ends = new Map<number, () => void>();
  readonly #present = new Map<string, { readonly topic: string; readonly id: string }>();
  #bytesLeaving = 0;
  /** Where subscriptions stopped, for want of room. */
  readonly #missed = new Map<number, { topic: string; from: TopicPosition; position: TopicPosition }>();
  /** Questions how many hear a topic there, by their number. */
  readonly #questions = new Map<number, (followers: number) => void>();
  #lastQuestion = 0;
  #isOver = false;

  constructor(broker: TopicBroker, port: BrokerPort) {
    this.#broker = broker;
    this.#port = port;
  }

  ask({ id, call, args }: Question): void {
    if (this.#isOver) return;
    if (call === 'bye') {
      this.#tell({ id, value: null });
      this.end();
      return;
    }
    this.#answer(id, call, args).then(
      (value) => this.#tell({ id, value: value ?? null }),
      (error: { code?: string; message?: string }) =>
        this.#tell({
          id,
          error: { code: error?.code ?? 'ERR_OXBOW_WS_BROKER', message: String(error?.message) },
        }),
    );
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const end of this.#ends.values()) end();
    this.#ends.clear();
    this.#questions.clear();
    for (const { topic, id } of this.#present.values())
      void this.#broker.presence?.leave(topic, id).catch(() => {});
    this.#present.clear();
  }

  async #answer(id: number, call: Question['call'], args: readonly unknown[]): Promise<unknown> {
    const [first, second, third] = args;
    const topic = first as string;
    switch (call) {
      case 'publish':
        return this.#broker.publish(topic, dataOf(second as PlainData), third as PublishOptions);
      case 'subscribe':
        return this.#subscribe(id, topic);
      case 'history': {
        const history = await this.#broker.history(topic, second as HistoryQuery);
        return { ...history, messages: history.messages.map(plainMessage) };
      }
      case 'audience':
        return this.#broker.audience?.(topic, second as AudienceQuery);
      case 'heard':
        this.#questions.get(first as number)?.(second as number);
        this.#questions.delete(first as number);
        return undefined;
      case 'members':
        return this.#broker.presence?.members(topic);
      case 'enter':
        return this.#enter(topic, second as PresenceMember);
      case 'leave':
        this.#present.delete(`${topic}\n${second as string}`);
        return this.#broker.presence?.leave(topic, second as string);
      case 'watch':
        return this.#watch(id, topic);
      case 'unsubscribe':
      case 'unwatch':
        this.#ends.get(first as number)?.();
        this.#ends.delete(first as number);
        this.#missed.delete(first as number);
        return undefined;
      default:
        throw new WebSocketError('ERR_OXBOW_WS_BROKER', `No broker answers ${JSON.stringify(call)}.`);
    }
  }

  async #enter(topic: string, member: PresenceMember): Promise<void> {
    this.#present.set(`${topic}\n${member.id}`, { topic, id: member.id });
    await this.#broker.presence?.enter(topic, member);
  }

  async #watch(id: number, topic: string): Promise<void> {
    const stop = await this.#broker.presence?.watch(topic, (change) => this.#tell({ about: id, change }));
    this.#keep(id, stop);
  }

  async #subscribe(id: number, topic: string): Promise<TopicPosition> {
    let last: TopicPosition | undefined;
    const subscription = await this.#broker.subscribe(topic, {
      onMessage: (message) => {
        const { epoch, offset } = message;
        const missed = this.#missed.get(id);
        if (missed !== undefined || this.#bytesLeaving > MAX_BYTES_TO_PROCESS) {
          const from = missed?.from ?? last ?? { epoch, offset: offset - 1 };
          this.#missed.set(id, { topic, from, position: { epoch, offset } });
          return;
        }
        last = { epoch, offset };
        const plain = plainMessage(message);
        const bytes = bytesOf(plain);
        this.#bytesLeaving += bytes;
        this.#tell({ about: id, message: plain }, () => {
          this.#bytesLeaving -= bytes;
          if (this.#missed.size > 0 && this.#bytesLeaving <= MAX_BYTES_TO_PROCESS / 2) this.#tellMissed();
        });
      },
      onGap: (gap) => this.#tell({ about: id, gap }),
      followers: () => this.#askFollowers(id),
    });
    this.#keep(id, () => subscription.unsubscribe());
    return subscription.position;
  }

  /** What was told before is handed on before this is answered: the channel is ordered. */
  #askFollowers(about: number): Promise<number> {
    this.#lastQuestion += 1;
    const asked = this.#lastQuestion;
    return new Promise((resolve) => {
      this.#questions.set(asked, resolve);
      if (this.#questions.size > MAX_OPEN_QUESTIONS)
        this.#questions.delete(this.#questions.keys().next().value!);
      this.#tell({ about, asked });
    });
  }

  /** There is room again: what was left out is told, and what comes is sent. */
  #tellMissed(): void {
    for (const [about, { topic, from, position }] of this.#missed) {
      const missed = from.epoch === position.epoch ? position.offset - from.offset : undefined;
      this.#tell({ about, gap: { topic, from, position, missed } });
    }
    this.#missed.clear();
  }

  #keep(id: number, end: (() => void) | undefined): void {
    if (end === undefined) return;
    // It may have gone while the broker was asked.
    if (this.#isOver) end();
    else this.#ends.set(id, end);
  }

  #tell(what: object, sent?: () => void): void {
    if (!this.#isOver) this.#port.send({ wire: WIRE_NAME, ...what }, sent);
  }
}
