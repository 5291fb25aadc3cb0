// The eight bytes before each message of a msgpack stream: its length and its number in the stream. The first frame has number 0;
// after 65535 comes 0 again.
//
// The header is itself two MessagePack values, a uint 32 (ce) and a uint 16 (cd). So a stream of frames is a plain sequence of values,
// which msgpackr reads as it is (sequential, every third value a message).

/** Bytes in a frame header. */
export const HEADER_BYTES = 8;

const UINT32 = 0xce;
const UINT16 = 0xcd;

/** The sequence number after `sequence`. */
export function nextSequence(sequence: number): number {
  return (sequence + 1) & 0xffff;
}

/** A frame of `payload` with number `sequence`, in memory of its own. */
export function frame(payload: Uint8Array, sequence: number): Uint8Array {
  const { length } = payload;
  const framed = new Uint8Array(HEADER_BYTES + length);
  framed[0] = UINT32;
  framed[1] = length >>> 24;
  framed[2] = length >>> 16;
  framed[3] = length >>> 8;
  framed[4] = length;
  framed[5] = UINT16;
  framed[6] = sequence >>> 8;
  framed[7] = sequence;
  framed.set(payload, HEADER_BYTES);
  return framed;
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
