/**
 * The header of a frame (RFC 6455 §5.2): its fields, its size and how it is written.
 * Reading one, byte by byte as it arrives, is the frame parser's job.
 */

/** The fields of a frame's header. */
export interface FrameHeader {
  /** Whether this is the last fragment of its message. */
  fin: boolean;
  /** The reserved bits RSV1–3 as a number: 4, 2 and 1. All 0 unless an extension was agreed on. */
  rsv: number;
  /** Four bits; may be a reserved one. */
  opcode: number;
  /** Whether a masking key is there. */
  masked: boolean;
  /** The key as a little-endian word (octet 0 lowest); 0 when not masked. */
  maskKey: number;
  /** Payload bytes; a whole number below 2^53. */
  length: number;
}

/** 2 bytes, 8 of extended length, 4 of masking key. */
export const MAX_HEADER_BYTES = 14;

/** The bytes a header takes with the minimal length encoding §5.2 demands. */
export function headerBytes(payloadLength: number, masked: boolean): number {
  const length = payloadLength < 126 ? 2 : payloadLength < 65_536 ? 4 : 10;
  return masked ? length + 4 : length;
}

/**
 * Writes a header at `offset` and returns the offset behind it.
 *
 * @param first FIN, RSV and opcode: the header's first byte
 * @param maskKey the key as a little-endian word, or undefined for an unmasked frame
 */
export function writeHeader(
  target: Uint8Array,
  offset: number,
  first: number,
  payloadLength: number,
  maskKey: number | undefined,
): number {
  const maskBit = maskKey === undefined ? 0 : 0x80;
  let at = offset;
  target[at++] = first;
  if (payloadLength < 126) {
    target[at++] = maskBit | payloadLength;
  } else if (payloadLength < 65_536) {
    target[at++] = maskBit | 126;
    target[at++] = payloadLength >>> 8;
    target[at++] = payloadLength;
  } else {
    target[at++] = maskBit | 127;
    // 63 bits in two words; numbers above 2^53 do not occur.
    at = writeUint32(target, at, Math.floor(payloadLength / 0x1_0000_0000));
    at = writeUint32(target, at, payloadLength);
  }
  if (maskKey === undefined) return at;
  target[at++] = maskKey;
  target[at++] = maskKey >>> 8;
  target[at++] = maskKey >>> 16;
  target[at++] = maskKey >>> 24;
  return at;
}

function writeUint32(target: Uint8Array, offset: number, value: number): number {
  target[offset] = value >>> 24;
  target[offset + 1] = value >>> 16;
  target[offset + 2] = value >>> 8;
  target[offset + 3] = value;
  return offset + 4;
}
