/**
 * The live end of one topic: lets messages through in order and each once, and finds the gaps that an engine did not tell.
 * `offset === last + 1` in one epoch is the only way in.
 */
import type { TopicGap, TopicMessage, TopicPosition } from './topic-broker.ts';

/** Who hears what comes through. */
export interface TailListener {
  message(message: TopicMessage): void;
  gap(gap: TopicGap): void;
}

/** One topic's end. */
export class TopicTail {
  readonly #topic: string;
  readonly #listener: TailListener;
  #position: TopicPosition | undefined;

  constructor(topic: string, listener: TailListener) {
    this.#topic = topic;
    this.#listener = listener;
  }

  /** The place of the last message that came through; undefined until something is known. */
  get position(): TopicPosition | undefined {
    return this.#position;
  }

  /** The subscription stands, and begins behind this place. */
  begin(position: TopicPosition): void {
    // Messages may have come before the promise of the subscription settled; they are behind its position.
    this.#position ??= position;
  }

  message(message: TopicMessage): void {
    const last = this.#position;
    const { epoch, offset } = message;
    const isNext = last === undefined || (last.epoch === epoch && offset === last.offset + 1);
    if (!isNext) {
      // Delivered before: an engine that repairs itself may say a thing twice.
      if (last.epoch === epoch && offset <= last.offset) return;
      const before = { epoch, offset: offset - 1 };
      const missed = last.epoch === epoch ? before.offset - last.offset : undefined;
      this.gap({ topic: this.#topic, from: last, position: before, missed });
    }
    this.#position = { epoch, offset };
    this.#listener.message(message);
  }

  gap(gap: TopicGap): void {
    this.#position = gap.position;
    this.#listener.gap(gap);
  }
}
