/** The length in front of a frame, in its four forms. It knows numbers, not frames. */

/** The forms a length can take. */
export type PrefixKind = 'u8' | 'u16' | 'u32' | 'varint';

/** Byte order of a fixed-width length. */
export type Endian = 'big' | 'little';

/** Reads and writes one form of length. */
export interface LengthField {
  /** The largest length it can say. */
  readonly maxLength: number;
  /** Bytes of the field at `bytes[at]`; -1 while it is not whole, 0 when it can never be. */
  size(bytes: Uint8Array, at: number): number;
  /** The length in a whole field of `size` bytes. */
  read(bytes: Uint8Array, at: number, size: number): number;
  write(length: number): Uint8Array;
}

const FIXED_WIDTH: Readonly<Record<Exclude<PrefixKind, 'varint'>, number>> = Object.freeze({
  u8: 1,
  u16: 2,
  u32: 4,
});

/** The field for a kind and byte order; the order means nothing to `u8` and `varint`. */
export function lengthField(kind: PrefixKind, endian: Endian): LengthField {
  return kind === 'varint' ? VARINT : fixedWidth(FIXED_WIDTH[kind], endian);
}

function fixedWidth(width: number, endian: Endian): LengthField {
  const shifts = Array.from(
    { length: width },
    (_, index) => 256 ** (endian === 'big' ? width - 1 - index : index),
  );
  return {
    maxLength: 256 ** width - 1,
    size: (bytes, at) => (bytes.length - at < width ? -1 : width),
    read: (bytes, at) => shifts.reduce((length, shift, index) => length + bytes[at + index]! * shift, 0),
    write: (length) => Uint8Array.from(shifts, (shift) => Math.floor(length / shift) % 256),
  };
}

/** 32 bits in groups of seven. */
const MAX_VARINT_BYTES = 5;
/** The last byte of a five-byte varint has four bits left to say. */
const LAST_BYTE_MAX = 0x0f;

/** LEB128, least significant group first, the high bit set on all bytes but the last. Padded forms are accepted up to five bytes. */
const VARINT: LengthField = {
  maxLength: 2 ** 32 - 1,
  size: (bytes, at) => {
    for (let index = 0; index < MAX_VARINT_BYTES; index++) {
      const byte = bytes[at + index];
      if (byte === undefined) return -1;
      if (byte < 0x80) return index === MAX_VARINT_BYTES - 1 && byte > LAST_BYTE_MAX ? 0 : index + 1;
    }
    return 0;
  },
  read: (bytes, at, size) => {
    let length = 0;
    for (let index = 0; index < size; index++) length += (bytes[at + index]! & 0x7f) * 2 ** (7 * index);
    return length;
  },
  write: (length) => {
    const groups: number[] = [];
    let rest = length;
    while (rest >= 0x80) {
      groups.push((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    groups.push(rest);
    return Uint8Array.from(groups);
  },
};
