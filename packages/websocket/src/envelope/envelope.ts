/**
 * The tiny envelope around messages that say more than their content, such as a request, or a message of a topic with its
 * place. It is a binary message that begins with eight bytes nobody sends by accident. Shared by the server, the client
 * and the browser; imports nothing.
 *
 *   bytes 0–7    F5 6F 78 62 6F 77 FF 00   ("oxbow" between bytes that no text and no MessagePack document begins with)
 *   byte  8      kind: 0 literal · 1 request · 2 reply · 3 refusal · 4 publication · 5 joined · 6 resume · 7 resumed · 8 left ·
 *                9 ping · 10 pong
 *   byte  9      content: 0 text (UTF-8) · 1 binary · 2 none
 *   bytes 10–13  the request's number, big-endian; 0 where there is none
 *   bytes 14…    the content; of kinds 4 to 8 a place in a topic comes before it, see place.ts
 *
 * A binary message of the user's that happens to begin with the mark travels as a literal, so that no data can be taken
 * for an envelope. Peers that do not know the envelope see a binary message.
 */

/** What an envelope is for. */
export type EnvelopeKind = (typeof KINDS)[number];

/** A message: text, or bytes. */
export type Message = string | Uint8Array;

/** An opened envelope. */
export interface Envelope {
  readonly kind: EnvelopeKind;
  readonly id: number;
  /** The content, still in bytes. */
  readonly payload: Uint8Array;
  readonly content: 'text' | 'binary' | 'none';
}

const MARK = Uint8Array.of(0xf5, 0x6f, 0x78, 0x62, 0x6f, 0x77, 0xff, 0x00);
const KINDS = [
  'literal',
  'request',
  'reply',
  'refusal',
  'publication',
  'joined',
  'resume',
  'resumed',
  'left',
  'ping',
  'pong',
] as const;
const CONTENTS: readonly Envelope['content'][] = ['text', 'binary', 'none'];

const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Bytes in front of the content. */
export const ENVELOPE_HEADER_BYTES = 14;

/** Whether a binary message begins with the mark: it is an envelope when received, and needs one when sent. */
export function bearsMark(bytes: Uint8Array): boolean {
  // The first byte alone answers for nearly every message.
  if (bytes.length < MARK.length || bytes[0] !== MARK[0]) return false;
  return MARK.every((byte, index) => bytes[index] === byte);
}

/** Puts content into an envelope. */
export function seal(
  kind: EnvelopeKind,
  id: number,
  payload: Uint8Array,
  content: Envelope['content'],
): Uint8Array {
  const bytes = new Uint8Array(ENVELOPE_HEADER_BYTES + payload.length);
  bytes.set(MARK);
  bytes[8] = KINDS.indexOf(kind);
  bytes[9] = CONTENTS.indexOf(content);
  new DataView(bytes.buffer).setUint32(10, id);
  bytes.set(payload, ENVELOPE_HEADER_BYTES);
  return bytes;
}

/** Puts a message, or nothing, into an envelope. */
export function sealed(kind: EnvelopeKind, id: number, data: Message | undefined): Uint8Array {
  if (data === undefined) return seal(kind, id, NOTHING, 'none');
  return typeof data === 'string'
    ? seal(kind, id, encoder.encode(data), 'text')
    : seal(kind, id, data, 'binary');
}

/** The message in an envelope; undefined for none. */
export function contentOf({ content, payload }: Pick<Envelope, 'content' | 'payload'>): Message | undefined {
  if (content === 'none') return undefined;
  return content === 'text' ? decoder.decode(payload) : payload;
}

/** What is sent for a message: one that looks like an envelope travels in one. */
export function wrapped(message: Message): Message {
  if (typeof message === 'string' || !bearsMark(message)) return message;
  return seal('literal', 0, message, 'binary');
}

/** Opens an envelope; undefined for anything else: a message without the mark, one that is cut off or of an unknown kind. */
export function unseal(bytes: Uint8Array): Envelope | undefined {
  if (!bearsMark(bytes) || bytes.length < ENVELOPE_HEADER_BYTES) return undefined;
  const kind = KINDS[bytes[8]!];
  const content = CONTENTS[bytes[9]!];
  if (kind === undefined || content === undefined) return undefined;
  const id = new DataView(bytes.buffer, bytes.byteOffset).getUint32(10);
  return { kind, id, content, payload: bytes.slice(ENVELOPE_HEADER_BYTES) };
}
