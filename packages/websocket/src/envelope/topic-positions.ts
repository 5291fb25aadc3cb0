/**
 * Where a client stands in the topics its server has it follow, so that after a reconnect it asks for what it missed and
 * says how much that was. Sans-I/O, and one for both clients.
 *
 * A topic is live, or being resumed: then what comes of it is dropped, because the server sends it again, in order, behind
 * its `resumed`.
 */
import { contentOf, type Envelope, type Message } from './envelope.ts';
import { hasPlace, placeOf, sealPlaced, type TopicPosition } from './place.ts';

/** Topics a client keeps a place in; those beyond start anew after a reconnect. */
export const MAX_TRACKED_TOPICS = 10_000;

/** What a client is told of a topic that goes on after a break. */
export interface ResumeEvent {
  readonly topic: string;
  /** Messages that are lost: 0 when nothing was missed, undefined when nobody can tell how many. */
  readonly missed: number | undefined;
  /** Where the topic goes on. */
  readonly position: TopicPosition;
}

/** What the positions need of their client. */
export interface TopicPositionsHost {
  send(envelope: Uint8Array): void;
  deliver(data: Message): void;
  resumed(event: ResumeEvent): void;
}

interface Tracked {
  position: TopicPosition;
  isResuming: boolean;
}

/** A client's places in topics. */
export class TopicPositions {
  readonly #host: TopicPositionsHost;
  #topics: Map<string, Tracked> | undefined;

  constructor(host: TopicPositionsHost) {
    this.#host = host;
  }

  /** The position of the last message delivered of each topic, as it is now. */
  get all(): ReadonlyMap<string, TopicPosition> {
    const positions = new Map<string, TopicPosition>();
    for (const [topic, { position }] of this.#topics ?? []) positions.set(topic, position);
    return positions;
  }

  /** Takes an envelope with a place. @returns false when it is none of this client's */
  receive(envelope: Envelope): boolean {
    if (!hasPlace(envelope.kind) || envelope.kind === 'resume') return false;
    const placed = placeOf(envelope);
    if (placed === undefined) return false;
    const { topic, position, payload } = placed;
    if (envelope.kind === 'publication') {
      this.#publication(topic, position, contentOf({ content: envelope.content, payload }) ?? '');
    } else if (envelope.kind === 'joined') this.#joined(topic, position);
    else if (envelope.kind === 'resumed') this.#resumed(topic, position);
    else this.#topics?.delete(topic);
    return true;
  }

  #joined(topic: string, position: TopicPosition): void {
    const tracked = this.#topics?.get(topic);
    if (tracked === undefined) {
      this.#track(topic, position);
    } else if (isSame(tracked.position, position)) {
      this.#host.resumed({ topic, missed: 0, position });
    } else {
      tracked.isResuming = true;
      this.#host.send(sealPlaced('resume', topic, tracked.position));
    }
  }

  #resumed(topic: string, position: TopicPosition): void {
    const tracked = this.#topics?.get(topic);
    if (tracked === undefined) {
      this.#track(topic, position);
      return;
    }
    const missed = missedBetween(tracked.position, position);
    tracked.position = position;
    tracked.isResuming = false;
    this.#host.resumed({ topic, missed, position });
  }

  #publication(topic: string, position: TopicPosition, data: Message): void {
    const tracked = this.#topics?.get(topic);
    if (tracked?.isResuming) return;
    if (tracked === undefined) {
      this.#track(topic, position);
    } else {
      const before = { epoch: position.epoch, offset: position.offset - 1 };
      const missed = missedBetween(tracked.position, before);
      // Delivered before.
      if (missed !== undefined && missed < 0) return;
      tracked.position = position;
      // A server that drops for a slow reader leaves a hole.
      if (missed !== 0) this.#host.resumed({ topic, missed, position: before });
    }
    this.#host.deliver(data);
  }

  #track(topic: string, position: TopicPosition): void {
    this.#topics ??= new Map();
    if (this.#topics.size < MAX_TRACKED_TOPICS) this.#topics.set(topic, { position, isResuming: false });
  }
}

function isSame(a: TopicPosition, b: TopicPosition): boolean {
  return a.epoch === b.epoch && a.offset === b.offset;
}

function missedBetween(from: TopicPosition, to: TopicPosition): number | undefined {
  return from.epoch === to.epoch ? to.offset - from.offset : undefined;
}
