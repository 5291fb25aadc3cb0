/**
 * Publishes for one process. Each topic has one batch under way at a time, with a number. Sent again after a cut, it keeps its places,
 * because the server remembers the last batch of each publisher. What is published meanwhile waits for the next batch, in order.
 */
import type { TopicPosition } from '@oxbow/websocket';
import { RedisTopicError } from './redis-topic-error.ts';

/** Messages that may wait to be published by one process; one more is refused. */
export const MAX_WAITING_MESSAGES = 10_000;
/** Messages of one batch: they hold the server for some milliseconds at most. */
export const MAX_BATCH_MESSAGES = 256;
/** Bytes of one batch, where it has more than one message. */
export const MAX_BATCH_BYTES = 1_048_576;

/** One message on its way. */
export interface OutgoingMessage {
  /** The name it was given, or ''. */
  readonly name: string;
  readonly record: Uint8Array;
}

/** Messages that are sent together. */
export interface OutgoingBatch {
  readonly topic: string;
  /** Grows by one with each batch of the topic. */
  readonly number: number;
  readonly messages: readonly OutgoingMessage[];
}

/** Sends a batch until it has its places, or for as long as it makes sense. */
export type SendBatch = (batch: OutgoingBatch) => Promise<readonly TopicPosition[]>;

interface Waiting extends OutgoingMessage {
  readonly resolve: (position: TopicPosition) => void;
  readonly reject: (error: unknown) => void;
}

interface Line {
  readonly waiting: Waiting[];
  isSending: boolean;
}

/** The messages of one process on their way. */
export class Publisher {
  readonly #send: SendBatch;
  readonly #lines = new Map<string, Line>();
  /** Of all topics together, so that a number is never used twice for one, however long it was quiet. */
  #lastNumber = 0;
  #waiting = 0;

  constructor(send: SendBatch) {
    this.#send = send;
  }

  /**
   * Publishes a message.
   * @throws RedisTopicError `ERR_OXBOW_REDIS_TOPICS_BUSY` when too many wait; what {@link SendBatch} throws
   */
  publish(topic: string, message: OutgoingMessage): Promise<TopicPosition> {
    if (this.#waiting >= MAX_WAITING_MESSAGES) {
      const words = `${MAX_WAITING_MESSAGES} messages of this process wait to be published already: await publish().`;
      return Promise.reject(new RedisTopicError('ERR_OXBOW_REDIS_TOPICS_BUSY', words));
    }
    return new Promise((resolve, reject) => {
      const line = this.#lines.get(topic) ?? { waiting: [], isSending: false };
      this.#lines.set(topic, line);
      line.waiting.push({ ...message, resolve, reject });
      this.#waiting += 1;
      if (!line.isSending) void this.#sendAll(topic, line);
    });
  }

  async #sendAll(topic: string, line: Line): Promise<void> {
    line.isSending = true;
    // What is published within this turn goes together.
    await null;
    while (line.waiting.length > 0) {
      const messages = takeBatch(line.waiting);
      this.#lastNumber += 1;
      try {
        const places = await this.#send({ topic, number: this.#lastNumber, messages });
        for (const [at, { resolve }] of messages.entries()) resolve(places[at]!);
      } catch (error) {
        for (const { reject } of messages) reject(error);
      }
      this.#waiting -= messages.length;
    }
    this.#lines.delete(topic);
  }
}

function takeBatch(waiting: Waiting[]): readonly Waiting[] {
  let bytes = 0;
  let count = 0;
  while (count < waiting.length && count < MAX_BATCH_MESSAGES) {
    bytes += waiting[count]!.record.byteLength;
    if (count > 0 && bytes > MAX_BATCH_BYTES) break;
    count += 1;
  }
  return waiting.splice(0, count);
}
