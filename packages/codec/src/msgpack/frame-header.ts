// The six bytes before each message of a msgpack stream: its length as an unsigned 32-bit and its place in the stream as an
// unsigned 16-bit number, both big-endian. The first frame has number 0; after 65535 comes 0 again.

/** Bytes in a frame header. */
export const HEADER_BYTES = 6;

/** The sequence number after `sequence`. */
export function nextSequence(sequence: number): number {
  return (sequence + 1) & 0xffff;
}

/** A frame of `payload` with number `sequence`, in memory of its own. */
export function frame(payload: Uint8Array, sequence: number): Uint8Array {
  const { length } = payload;
  const framed = new Uint8Array(HEADER_BYTES + length);
  framed[0] = length >>> 24;
  framed[1] = length >>> 16;
  framed[2] = length >>> 8;
  framed[3] = length;
  framed[4] = sequence >>> 8;
  framed[5] = sequence;
  framed.set(payload, HEADER_BYTES);
  return framed;
}

/** The length in the header at `bytes[at]`. */
export function lengthAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

/** The sequence number in the header at `bytes[at]`. */
export function sequenceAt(bytes: Uint8Array, at: number): number {
  return (bytes[at + 4]! << 8) | bytes[at + 5]!;
}
