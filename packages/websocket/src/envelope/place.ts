/**
 * Places in topics on the wire: the envelopes by which a message of a topic carries its position and a client takes a
 * topic up again where it left off. Between the envelope's header and its content stand
 *
 *   2 bytes  length of the topic's name, then the name (UTF-8)
 *   2 bytes  length of the epoch, then the epoch (UTF-8)
 *   8 bytes  the offset (IEEE 754 double, big-endian: exact up to 2^53)
 *
 *   kind 4 publication  server → client   a message of the topic and its position
 *   kind 5 joined       server → client   what is published after this position will be sent
 *   kind 6 resume       client → server   send what came after this position instead
 *   kind 7 resumed      server → client   it goes on from here: the position asked for, or a later one when some is lost
 *   kind 8 left         server → client   nothing more of this topic will be sent
 */
import { type Envelope, type EnvelopeKind, type Message, seal } from './envelope.ts';

/**
 * A place in a topic. Offsets count messages from 1, without holes, within one epoch. A new epoch means that the engine
 * lost count (a restart), so offsets of different epochs have nothing to do with each other.
 */
export interface TopicPosition {
  readonly epoch: string;
  readonly offset: number;
}

/** An envelope's place, and what stands behind it. */
export interface Placed {
  readonly topic: string;
  readonly position: TopicPosition;
  readonly payload: Uint8Array;
}

const KINDS_WITH_PLACE: readonly EnvelopeKind[] = ['publication', 'joined', 'resume', 'resumed', 'left'];

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const NOTHING = new Uint8Array(0);
const OFFSET_BYTES = 8;
const LENGTH_BYTES = 2;
const MAX_PART_BYTES = 0xffff;

/** Whether an envelope of this kind has a place. */
export function hasPlace(kind: EnvelopeKind): boolean {
  return KINDS_WITH_PLACE.includes(kind);
}

/** An envelope with a place, and a message where there is one. */
export function sealPlaced(
  kind: EnvelopeKind,
  topic: string,
  { epoch, offset }: TopicPosition,
  data?: Message,
): Uint8Array {
  const name = part(topic);
  const era = part(epoch);
  const content = typeof data === 'string' ? encoder.encode(data) : (data ?? NOTHING);
  const payload = new Uint8Array(LENGTH_BYTES * 2 + name.length + era.length + OFFSET_BYTES + content.length);
  const view = new DataView(payload.buffer);
  view.setUint16(0, name.length);
  payload.set(name, LENGTH_BYTES);
  let at = LENGTH_BYTES + name.length;
  view.setUint16(at, era.length);
  payload.set(era, at + LENGTH_BYTES);
  at += LENGTH_BYTES + era.length;
  view.setFloat64(at, offset);
  payload.set(content, at + OFFSET_BYTES);
  return seal(kind, 0, payload, data === undefined ? 'none' : typeof data === 'string' ? 'text' : 'binary');
}

/** The place in an envelope; undefined when there is none or it is cut off. */
export function placeOf({ payload }: Pick<Envelope, 'payload'>): Placed | undefined {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const topic = readPart(view, payload, 0);
  if (topic === undefined) return undefined;
  const epoch = readPart(view, payload, topic.end);
  if (epoch === undefined || epoch.end + OFFSET_BYTES > payload.length) return undefined;
  const offset = view.getFloat64(epoch.end);
  if (!Number.isSafeInteger(offset) || offset < 0) return undefined;
  return {
    topic: topic.text,
    position: { epoch: epoch.text, offset },
    payload: payload.slice(epoch.end + OFFSET_BYTES),
  };
}

function part(text: string): Uint8Array {
  const bytes = encoder.encode(text);
  // Names of topics are far shorter; what an engine may call an epoch is its own affair.
  if (bytes.length > MAX_PART_BYTES) throw new RangeError(`${bytes.length} bytes are too many for a place`);
  return bytes;
}

function readPart(
  view: DataView,
  payload: Uint8Array,
  start: number,
): { readonly text: string; readonly end: number } | undefined {
  if (start + LENGTH_BYTES > payload.length) return undefined;
  const end = start + LENGTH_BYTES + view.getUint16(start);
  if (end > payload.length) return undefined;
  return { text: decoder.decode(payload.subarray(start + LENGTH_BYTES, end)), end };
}
