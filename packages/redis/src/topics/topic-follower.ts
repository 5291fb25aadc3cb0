/**
 * One topic as one process follows it. It lets messages through in order and each once. What comes out of order is held until the gap
 * before it is filled from the history, and a gap that cannot be filled is reported. Knows no server: it asks its owner to read.
 */
import type { TopicGap, TopicMessage, TopicPosition } from '@oxbow/websocket';
import { type HistoryPage, offsetToGoOn } from './topic-history.ts';
import { placed, type TopicBatch } from './topic-record.ts';

/** Batches held while a hole is filled; those beyond are left to the history. */
export const MAX_HELD_BATCHES = 64;

/** Who hears what comes through. */
export interface FollowerListener {
  message(message: TopicMessage): void;
  gap(gap: TopicGap): void;
}

/** What follows a topic. */
export class TopicFollower {
  readonly topic: string;
  readonly #listener: FollowerListener;
  #position: TopicPosition | undefined;
  #held: TopicBatch[] = [];
  #isHolding = true;
  #hasLeftOut = false;
  /** Where the next page begins; everything before it was read or is forgotten. */
  #nextOffset = 0;

  constructor(topic: string, listener: FollowerListener) {
    this.topic = topic;
    this.#listener = listener;
  }

  /** The place of the last message that came through; undefined before it began. */
  get position(): TopicPosition | undefined {
    return this.#position;
  }

  /** Begins behind a place: what came over the channel meanwhile follows. @returns false when the history has to be read */
  begin(position: TopicPosition): boolean {
    this.#position = position;
    return this.#release();
  }

  /** From now on everything is held: messages may have been lost, and the history has to be read. */
  hold(): void {
    this.#isHolding = true;
  }

  /** Something came over the channel. @returns false when the history has to be read */
  batch(batch: TopicBatch): boolean {
    if (!this.#isHolding && this.#accept(batch)) return true;
    // What is left out stands in the history, which is read on then.
    if (this.#held.length < MAX_HELD_BATCHES) this.#held.push(batch);
    else this.#hasLeftOut = true;
    const isNews = !this.#isHolding;
    this.#isHolding = true;
    return !isNews;
  }

  /** Where the history is to be read from, as far as the page before it tells. */
  get nextQuery(): { readonly fromOffset: number; readonly epoch: string } {
    const { epoch, offset } = this.#position!;
    return { fromOffset: Math.max(offset + 1, this.#nextOffset), epoch };
  }

  /**
   * Takes what the history has behind `position`. A page of another epoch has no messages: it tells of a gap, and from where to go on.
   * @returns true when nothing is left to read
   */
  page(page: HistoryPage): boolean {
    const last = this.#position!;
    if (page.epoch !== last.epoch) {
      const offset = offsetToGoOn(last, page.lineage);
      this.#nextOffset = 0;
      this.#tellGap({ epoch: page.epoch, offset }, undefined);
      return offset >= page.offset && this.#release();
    }
    for (const [offset, record] of page.records) {
      const { offset: before } = this.#position!;
      if (offset <= before) continue;
      if (offset > before + 1) this.#tellGap({ epoch: page.epoch, offset: offset - 1 }, offset - 1 - before);
      this.#deliver({ epoch: page.epoch, offset }, record);
    }
    this.#nextOffset = page.nextOffset;
    if (page.nextOffset <= page.offset) return false;
    const { offset } = this.#position!;
    if (offset < page.offset) this.#tellGap({ epoch: page.epoch, offset: page.offset }, page.offset - offset);
    return this.#release();
  }

  /** Lets through what was held. @returns false at a hole */
  #release(): boolean {
    const held = this.#held;
    this.#held = [];
    this.#nextOffset = 0;
    this.#isHolding = false;
    for (const [at, batch] of held.entries()) {
      if (this.#accept(batch)) continue;
      this.#held = held.slice(at);
      this.#isHolding = true;
      return false;
    }
    this.#isHolding = this.#hasLeftOut;
    this.#hasLeftOut = false;
    return !this.#isHolding;
  }

  /** @returns false when something is missing before it */
  #accept(batch: TopicBatch): boolean {
    const last = this.#position!;
    if (batch.epoch !== last.epoch || batch.offset > last.offset + 1) return false;
    for (const [at, record] of batch.records.entries()) {
      const offset = batch.offset + at;
      if (offset > last.offset) this.#deliver({ epoch: batch.epoch, offset }, record);
    }
    return true;
  }

  #deliver(position: TopicPosition, record: Parameters<typeof placed>[2]): void {
    this.#position = position;
    this.#listener.message(placed(this.topic, position, record));
  }

  #tellGap(position: TopicPosition, missed: number | undefined): void {
    const from = this.#position;
    this.#position = position;
    this.#listener.gap({ topic: this.topic, from, position, missed });
  }
}
