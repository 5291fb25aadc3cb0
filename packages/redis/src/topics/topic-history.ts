/**
 * Reads a topic's past page by page, so that a long one holds the server for a moment only. It judges whether the past is whole by
 * counting what came, not by trusting what should be there.
 */
import type { HistoryQuery, TopicHistory, TopicMessage, TopicPosition } from '@oxbow/websocket';
import { RedisTopicError } from './redis-topic-error.ts';
import { placed, type TopicRecord } from './topic-record.ts';

/** Messages of one page: some milliseconds of the server's time. */
export const PAGE_MESSAGES = 500;
/** How often a topic may begin another epoch while it is read. */
const MAX_ATTEMPTS = 5;

/** A part of a topic's past, and where the topic stands. */
export interface HistoryPage {
  readonly epoch: string;
  /** Of the newest message. */
  readonly offset: number;
  /** Earlier epochs, the latest first, each with the offset at which it ended. */
  readonly lineage: readonly TopicPosition[];
  /** Where the next page begins; behind `offset` where there is none. */
  readonly nextOffset: number;
  readonly records: readonly (readonly [offset: number, record: TopicRecord])[];
}

/** Which page. */
export interface PageQuery {
  readonly fromOffset: number;
  /** The epoch `fromOffset` is of: in another one, no messages come. Undefined for any. */
  readonly epoch?: string | undefined;
  /** At most so many messages; 0 only asks where the topic stands. */
  readonly count: number;
  /** Only so many of the newest; 0 for all. */
  readonly newest?: number | undefined;
}

/** Asks the server for a page. */
export type AskPage = (query: PageQuery) => Promise<HistoryPage>;

/** What {@link TopicBroker.history} promises. */
export async function readHistory(ask: AskPage, topic: string, query: HistoryQuery): Promise<TopicHistory> {
  for (let attempt = 1; ; attempt += 1) {
    const history = await readOnce(ask, topic, query);
    if (history !== undefined) return history;
    if (attempt < MAX_ATTEMPTS) continue;
    throw new RedisTopicError(
      'ERR_OXBOW_REDIS_TOPICS_EPOCHS',
      `The topic ${topic} began another epoch each of the ${MAX_ATTEMPTS} times it was read: several servers seem to answer at one address.`,
    );
  }
}

/** @returns undefined when the epoch changed between two pages */
async function readOnce(
  ask: AskPage,
  topic: string,
  { since, limit }: HistoryQuery,
): Promise<TopicHistory | undefined> {
  const newest = limit === undefined || limit === Number.POSITIVE_INFINITY ? 0 : Math.floor(limit);
  const count = PAGE_MESSAGES;
  let page = await ask({ fromOffset: (since?.offset ?? 0) + 1, epoch: since?.epoch, count, newest });
  const isSameEpoch = since === undefined || since.epoch === page.epoch;
  if (!isSameEpoch) page = await ask({ fromOffset: offsetToGoOn(since, page.lineage) + 1, count, newest });
  const { epoch } = page;
  const messages: TopicMessage[] = [];
  for (;;) {
    for (const [offset, record] of page.records) messages.push(placed(topic, { epoch, offset }, record));
    if (page.nextOffset > page.offset) break;
    page = await ask({ fromOffset: page.nextOffset, epoch, count, newest });
    if (page.epoch !== epoch) return undefined;
  }
  const position = { epoch, offset: page.offset };
  const kept = newest === 0 ? messages : messages.slice(-newest);
  const isWhole = since !== undefined && isSameEpoch && kept.length === position.offset - since.offset;
  return { messages: withoutHole(kept), position, isComplete: since === undefined || isWhole };
}

/** What was forgotten while it was read leaves a hole; what came before it is forgotten too. */
function withoutHole(messages: readonly TopicMessage[]): readonly TopicMessage[] {
  for (let at = messages.length - 1; at > 0; at -= 1) {
    if (messages[at]!.offset !== messages[at - 1]!.offset + 1) return messages.slice(at);
  }
  return messages;
}

/**
 * Where to go on in another epoch. Offsets go on from epoch to epoch. What the new server has of the time before its own keeps its place.
 * What was published since begins where each epoch in between ended.
 */
export function offsetToGoOn({ epoch, offset }: TopicPosition, lineage: readonly TopicPosition[]): number {
  let lowest = offset;
  for (const earlier of lineage) {
    lowest = Math.min(lowest, earlier.offset);
    if (earlier.epoch === epoch) return lowest;
  }
  // The topic began anew since, or too many servers ago: all that is remembered may be news.
  return 0;
}

/** Reads what the server's script answers, as bytes. */
export function readPage(reply: unknown, readRecord: (bytes: Uint8Array) => TopicRecord): HistoryPage {
  const [epoch, offset, lineage, nextOffset, found] = reply as [...Uint8Array[], readonly Uint8Array[]] as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    readonly Uint8Array[],
  ];
  const records: [number, TopicRecord][] = [];
  for (let at = 0; at < found.length; at += 2)
    records.push([Number(text(found[at]!)), readRecord(found[at + 1]!)]);
  return {
    epoch: text(epoch),
    offset: Number(text(offset)),
    lineage: readLineage(text(lineage)),
    nextOffset: Number(text(nextOffset)),
    records,
  };
}

function readLineage(words: string): readonly TopicPosition[] {
  if (words === '') return [];
  return words.split(';').map((entry) => {
    const [epoch = '', offset] = entry.split('=');
    return { epoch, offset: Number(offset) };
  });
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
