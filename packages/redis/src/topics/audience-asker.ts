/**
 * Asks who hears a topic, and collects the answers. The server says whom it asked, so that the last answer ends the wait and a broker that
 * is silent is known by its lease.
 */
import type { EventLoop } from '@oxbow/loop';
import type { AudienceQuery, TopicAudience, TopicPosition } from '@oxbow/websocket';
import type { RedisConnection } from '../connection/redis-commands.ts';
import { type AudienceAnswer, readAnswer, writeQuestion } from './audience-question.ts';
import { keysOf } from './topic-keys.ts';
import { ASK } from './topic-scripts.ts';

/** How long an answer is waited for, in ms, where nobody says otherwise. */
const TIMEOUT_MS = 5_000;

/** What asking works with. */
export interface AskerParts {
  readonly loop: EventLoop;
  readonly prefix: string;
  /** Names this broker, and the channel its answers come over. */
  readonly broker: string;
  /** Tries until the broker's patience ends. */
  patiently<T>(call: (connection: RedisConnection) => Promise<T>): Promise<T>;
}

/** The questions of one process. */
export class AudienceAsker {
  readonly #parts: AskerParts;
  readonly #replyTo: string;
  readonly #open = new Map<number, (answer: AudienceAnswer) => void>();
  #listening: Promise<unknown> | undefined;
  #lastNumber = 0;

  constructor(parts: AskerParts) {
    this.#parts = parts;
    this.#replyTo = `${parts.prefix}:answers:${parts.broker}`;
  }

  async ask(topic: string, { at, timeoutMs = TIMEOUT_MS }: AudienceQuery = {}): Promise<TopicAudience> {
    await this.#listen();
    this.#lastNumber += 1;
    const number = this.#lastNumber;
    const heard = new Map<string, number>();
    let onAnswer = (): void => {};
    this.#open.set(number, ({ broker, followers }) => {
      heard.set(broker, followers);
      onAnswer();
    });
    try {
      const asked = await this.#send(topic, number, at);
      const isComplete = (): boolean => asked.every((broker) => heard.has(broker));
      await new Promise<void>((resolve) => {
        if (isComplete()) return resolve();
        const { loop } = this.#parts;
        const timer = timeoutMs === Number.POSITIVE_INFINITY ? undefined : loop.callLater(timeoutMs, resolve);
        onAnswer = () => {
          if (!isComplete()) return;
          timer?.cancel();
          resolve();
        };
      });
      const counts = [...heard.values()];
      return {
        servers: counts.length,
        followers: counts.reduce((sum, count) => sum + count, 0),
        silent: asked.filter((broker) => !heard.has(broker)).length,
      };
    } finally {
      this.#open.delete(number);
    }
  }

  /** @returns the brokers that were asked */
  async #send(topic: string, number: number, at: TopicPosition | undefined): Promise<readonly string[]> {
    const { prefix } = this.#parts;
    const keys = keysOf(prefix, topic);
    const question = writeQuestion({ replyTo: this.#replyTo, number, at });
    return this.#parts.patiently(
      async (connection) => (await ASK.run(connection, [keys.brokers], [keys.channel, question])) as string[],
    );
  }

  #listen(): Promise<unknown> {
    this.#listening ??= this.#parts
      .patiently((connection) =>
        connection.subscribe(this.#replyTo, (message) => {
          const answer = readAnswer(message);
          if (answer !== undefined) this.#open.get(answer.number)?.(answer);
        }),
      )
      .catch((error: unknown) => {
        this.#listening = undefined;
        throw error;
      });
    return this.#listening;
  }
}
