/**
 * How messages look on the server. A record is four bytes of length, a letter for its kind, and the data. In some kinds the data comes
 * after the ids it is not for, as JSON and a line feed. A batch on a channel is `epoch:offset:` of its first message, and its records
 * one after the other.
 */
import type { Message, TopicMessage, TopicPosition } from '@oxbow/websocket';

/** A message without its place. */
export interface TopicRecord {
  readonly data: Message;
  readonly except?: readonly string[] | undefined;
}

/** Messages that got their places together. */
export interface TopicBatch {
  readonly epoch: string;
  /** Of the first message; each one's is one more. */
  readonly offset: number;
  readonly records: readonly TopicRecord[];
}

const LENGTH_BYTES = 4;
const COLON = 0x3a;
const LINE_FEED = 0x0a;
/** Text and bytes for everybody; in small letters, for all but some. */
const KIND = { text: 0x54, bytes: 0x42, textForSome: 0x74, bytesForSome: 0x62 } as const;

/** Writes a record. The data is copied. */
export function writeRecord({ data, except = [] }: TopicRecord): Uint8Array {
  const isForSome = except.length > 0;
  const head = isForSome ? Buffer.from(`${JSON.stringify(except)}\n`) : EMPTY;
  const isText = typeof data === 'string';
  const body = isText ? Buffer.from(data) : data;
  const record = Buffer.allocUnsafe(LENGTH_BYTES + 1 + head.byteLength + body.byteLength);
  record.writeUInt32BE(record.byteLength - LENGTH_BYTES);
  const kinds = isForSome ? [KIND.bytesForSome, KIND.textForSome] : [KIND.bytes, KIND.text];
  record[LENGTH_BYTES] = kinds[Number(isText)]!;
  record.set(head, LENGTH_BYTES + 1);
  record.set(body, LENGTH_BYTES + 1 + head.byteLength);
  return record;
}

/** Reads a record. The data does not share the memory of `bytes`. */
export function readRecord(bytes: Uint8Array): TopicRecord {
  const record = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = record[LENGTH_BYTES];
  let body = record.subarray(LENGTH_BYTES + 1);
  let except: readonly string[] | undefined;
  if (kind === KIND.textForSome || kind === KIND.bytesForSome) {
    const end = body.indexOf(LINE_FEED);
    except = JSON.parse(body.toString('utf8', 0, end)) as readonly string[];
    body = body.subarray(end + 1);
  }
  const isText = kind === KIND.text || kind === KIND.textForSome;
  const data = isText ? body.toString() : new Uint8Array(body);
  return except === undefined ? { data } : { data, except };
}

/** Reads what came over a topic's channel. @returns undefined for what is none of ours */
export function readBatch(bytes: Uint8Array): TopicBatch | undefined {
  const message = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const epochEnd = message.indexOf(COLON);
  const offsetEnd = message.indexOf(COLON, epochEnd + 1);
  const offset = Number(message.toString('latin1', epochEnd + 1, offsetEnd));
  if (epochEnd < 1 || offsetEnd < 0 || !Number.isSafeInteger(offset)) return undefined;
  const records: TopicRecord[] = [];
  for (let at = offsetEnd + 1; at < message.byteLength; ) {
    if (at + LENGTH_BYTES > message.byteLength) return undefined;
    const end = at + LENGTH_BYTES + message.readUInt32BE(at);
    if (end > message.byteLength) return undefined;
    records.push(readRecord(message.subarray(at, end)));
    at = end;
  }
  return { epoch: message.toString('latin1', 0, epochEnd), offset, records };
}

/** Reads the places that a batch got. */
export function readPlaces(answer: string): readonly TopicPosition[] {
  return answer.split(' ').map((place) => {
    const [epoch = '', offset] = place.split('=');
    return { epoch, offset: Number(offset) };
  });
}

/** A record at its place. */
export function placed(topic: string, position: TopicPosition, record: TopicRecord): TopicMessage {
  return { topic, epoch: position.epoch, offset: position.offset, ...record };
}

const EMPTY = new Uint8Array(0);
