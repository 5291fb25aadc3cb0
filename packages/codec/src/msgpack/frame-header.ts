/**
 * The eight bytes before each message of a msgpack stream: its length and its number in the stream. The first frame has number 0;
 * after 65535 comes 0 again.
 *
 * The header is itself two MessagePack values, a uint 32 (ce) and a uint 16 (cd). So a stream of frames is a plain sequence of values,
 * and msgpackr reads the frames of a chunk in one call, every third value a message.
 */

/** Bytes in a frame header. */
export const HEADER_BYTES = 8;
/** The two of the header and the message. */
export const VALUES_PER_FRAME = 3;

const UINT32 = 0xce;
const UINT16 = 0xcd;

/** The sequence number after `sequence`. */
export function nextSequence(sequence: number): number {
  return (sequence + 1) & 0xffff;
}

/** Sets the header at the start of `frame`, whose payload fills the rest. */
export function writeHeader(frame: Uint8Array, sequence: number): void {
  const length = frame.length - HEADER_BYTES;
  frame[0] = UINT32;
  frame[1] = length >>> 24;
  frame[2] = length >>> 16;
  frame[3] = length >>> 8;
  frame[4] = length;
  frame[5] = UINT16;
  frame[6] = sequence >>> 8;
  frame[7] = sequence;
}

/** Whether the header at `bytes[at]` has the form of one. */
export function isHeaderAt(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === UINT32 && bytes[at + 5] === UINT16;
}

/** The length in the header at `bytes[at]`. */
export function lengthAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at + 1]! << 24) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 8) | bytes[at + 4]!) >>> 0;
}

/** The sequence number in the header at `bytes[at]`. */
export function sequenceAt(bytes: Uint8Array, at: number): number {
  return (bytes[at + 6]! << 8) | bytes[at + 7]!;
}
