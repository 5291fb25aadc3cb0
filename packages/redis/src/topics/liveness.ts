/**
 * Finds out whether what is published still arrives, by publishing to itself: a connection may look well and carry nothing, and on a
 * quiet topic nobody would notice.
 */
import type { EventLoop, TimerHandle } from '@oxbow/loop';
import { outsideAllTasks } from '@oxbow/loop/lowlevel';
import type { RedisConnection } from '../connection/redis-commands.ts';

/** A probe that goes round and round. */
export class Liveness {
  readonly #loop: EventLoop;
  readonly #channel: string;
  readonly #everyMs: number;
  #timer: TimerHandle | undefined;
  #sent = 0;
  #heard = 0;
  #isOver = false;

  /** @param everyMs how long a probe may be on its way, and how often one is sent */
  constructor(loop: EventLoop, channel: string, everyMs: number) {
    this.#loop = loop;
    this.#channel = channel;
    this.#everyMs = everyMs;
  }

  /** Begins; resolves when the probe's channel is heard. Idempotent only after `end`. */
  async begin(connection: RedisConnection): Promise<void> {
    await connection.subscribe(this.#channel, (message) => {
      this.#heard = Math.max(this.#heard, Number(Buffer.from(message).toString()));
    });
    outsideAllTasks(() => this.#probe(connection));
  }

  end(): void {
    this.#isOver = true;
    this.#timer?.cancel();
  }

  #probe(connection: RedisConnection): void {
    if (this.#isOver) return;
    this.#sent += 1;
    const number = this.#sent;
    // One that cannot be sent says nothing about the channel; the connection sees to itself.
    const sending = connection.send(['PUBLISH', this.#channel, String(number)]).then(
      () => true,
      () => false,
    );
    this.#timer = this.#loop.callLater(this.#everyMs, () => {
      void sending.then((wasSent) => {
        if (this.#isOver) return;
        if (wasSent && this.#heard < number) connection.restart();
        this.#probe(connection);
      });
    });
  }
}
