/**
 * The remembered end of one topic: as many messages and bytes as it may, the oldest going first.
 */
import type {
  HistoryQuery,
  PublishOptions,
  TopicHistory,
  TopicMessage,
  TopicPosition,
} from './topic-broker.ts';

/** How much of each topic is remembered. */
export interface TopicLogLimits {
  readonly historyMessages: number;
  readonly historyBytes: number;
}

/** One topic's log. */
export class TopicLog {
  readonly epoch: string;
  readonly #limits: TopicLogLimits;
  readonly #messages: TopicMessage[] = [];
  /** Offsets of named messages among those remembered, the oldest first. */
  readonly #named = new Map<string, number>();
  #bytes = 0;
  #offset = 0;

  constructor(epoch: string, limits: TopicLogLimits) {
    this.epoch = epoch;
    this.#limits = limits;
  }

  /** The place of the newest message; offset 0 before the first. */
  get position(): TopicPosition {
    return { epoch: this.epoch, offset: this.#offset };
  }

  /** Bytes remembered. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Where a message of this name was published, as far as that is remembered. */
  placeOf(id: string): TopicPosition | undefined {
    const offset = this.#named.get(id);
    return offset === undefined ? undefined : { epoch: this.epoch, offset };
  }

  /** Gives a message its place and remembers it. */
  append(topic: string, data: string | Uint8Array, { id, except }: PublishOptions = {}): TopicMessage {
    this.#offset += 1;
    const message: TopicMessage = Object.freeze({
      topic,
      data,
      epoch: this.epoch,
      offset: this.#offset,
      ...(except !== undefined && except.length > 0 && { except }),
    });
    this.#messages.push(message);
    this.#bytes += bytesOf(message);
    if (id !== undefined) this.#name(id, this.#offset);
    while (this.#messages.length > this.#limits.historyMessages || this.#bytes > this.#limits.historyBytes) {
      this.#bytes -= bytesOf(this.#messages.shift()!);
    }
    return message;
  }

  /** A message that fills the history by itself is forgotten at once; its name is not, or a second try would be a second message. */
  #name(id: string, offset: number): void {
    this.#named.set(id, offset);
    if (this.#named.size <= this.#limits.historyMessages) return;
    const [oldest] = this.#named.keys();
    this.#named.delete(oldest!);
  }

  /** What is remembered of a part of the past. */
  history({ since, limit = Number.POSITIVE_INFINITY }: HistoryQuery): TopicHistory {
    const oldest = this.#offset - this.#messages.length + 1;
    const isSameEpoch = since === undefined || since.epoch === this.epoch;
    const first = since === undefined || !isSameEpoch ? oldest : Math.max(oldest, since.offset + 1);
    const wanted = this.#messages.slice(first - oldest);
    const messages = wanted.length > limit ? wanted.slice(wanted.length - limit) : wanted;
    const isComplete =
      since === undefined ||
      (isSameEpoch &&
        since.offset <= this.#offset &&
        since.offset + 1 >= oldest &&
        messages.length === wanted.length);
    return { messages, position: this.position, isComplete };
  }
}

/** What remembering a message costs, about: a string's character may take two bytes. */
function bytesOf({ data }: TopicMessage): number {
  return typeof data === 'string' ? data.length * 2 : data.byteLength;
}
