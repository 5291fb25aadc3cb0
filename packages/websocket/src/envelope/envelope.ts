/**
 * The tiny envelope around messages that ask for an acknowledgement: a binary message that begins with eight bytes
 * nobody sends by accident. Shared by the server, the client and the browser; imports nothing.
 *
 *   bytes 0–7    F5 6F 78 62 6F 77 FF 00   ("oxbow" between bytes that no text and no MessagePack document begins with)
 *   byte  8      kind: 0 literal · 1 request · 2 reply · 3 refusal
 *   byte  9      content: 0 text (UTF-8) · 1 binary · 2 none
 *   bytes 10–13  the request's number, big-endian; 0 for a literal
 *   bytes 14…    the content
 *
 * A binary message of the user's that happens to begin with the mark travels as a literal, so that no data can be taken
 * for an envelope. Peers that do not know the envelope see a binary message.
 */

/** What an envelope is for. */
export type EnvelopeKind = 'literal' | 'request' | 'reply' | 'refusal';

/** An opened envelope. */
export interface Envelope {
  readonly kind: EnvelopeKind;
  readonly id: number;
  /** The content, still in bytes. */
  readonly payload: Uint8Array;
  readonly content: 'text' | 'binary' | 'none';
}

const MARK = Uint8Array.of(0xf5, 0x6f, 0x78, 0x62, 0x6f, 0x77, 0xff, 0x00);
const KINDS: readonly EnvelopeKind[] = ['literal', 'request', 'reply', 'refusal'];
const CONTENTS: readonly Envelope['content'][] = ['text', 'binary', 'none'];

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

/** Opens an envelope; undefined for anything else: a message without the mark, one that is cut off or of an unknown kind. */
export function unseal(bytes: Uint8Array): Envelope | undefined {
  if (!bearsMark(bytes) || bytes.length < ENVELOPE_HEADER_BYTES) return undefined;
  const kind = KINDS[bytes[8]!];
  const content = CONTENTS[bytes[9]!];
  if (kind === undefined || content === undefined) return undefined;
  const id = new DataView(bytes.buffer, bytes.byteOffset).getUint32(10);
  return { kind, id, content, payload: bytes.slice(ENVELOPE_HEADER_BYTES) };
}
