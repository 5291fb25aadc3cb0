/**
 * The bytes of MessagePack as tables and small readings: sizes by token, lengths, and the two names that are looked for. It knows
 * no message, only single tokens. Numbers from https://github.com/msgpack/msgpack/blob/master/spec.md.
 */

/** Record ids are the bytes from here on. */
export const FIRST_RECORD_ID = 0x40;
/** There are so many of them: 0x40 to 0x7f. */
export const RECORD_IDS = 64;

/** Width of the length field by token, for bin, ext, str, array and map; 0 for the tokens without one. */
export const LENGTH_BYTES: Uint8Array = new Uint8Array(256);
// bin 8 to 32 and ext 8 to 32; str 8 to 32; array 16 and 32, map 16 and 32
LENGTH_BYTES.set([1, 2, 4, 1, 2, 4], 0xc4);
LENGTH_BYTES.set([1, 2, 4], 0xd9);
LENGTH_BYTES.set([2, 4, 2, 4], 0xdc);

/**
 * Bytes of a whole value by its token, for the values whose size the token alone tells; 0 for the others. With records
 * the tokens 0x40 to 0x7f are among the others.
 */
export function scalarSizesFor(records: boolean): Uint8Array {
  const sizes = new Uint8Array(256);
  sizes.fill(1, 0x00, records ? 0x40 : 0x80);
  for (let token = 0xa0; token < 0xc0; token++) sizes[token] = 1 + (token & 0x1f);
  // nil; false and true; float 32 and 64; uint 8 to 64; int 8 to 64
  sizes.set([1], 0xc0);
  sizes.set([1, 1], 0xc2);
  sizes.set([5, 9, 2, 3, 5, 9, 2, 3, 5, 9], 0xca);
  sizes.fill(1, 0xe0);
  return sizes;
}

/** `__proto__` in bytes. */
const PROTO: Uint8Array = Uint8Array.from('__proto__', (character) => character.charCodeAt(0));

/** d4, the type and one filler byte. */
export const TAG_BYTES = 3;
/** msgpackr's number for Uint8Array among the typed arrays. */
export const UINT8_ARRAY = 1;

/** The big-endian number in the `width` bytes at `at`. */
export function readLength(bytes: Uint8Array, at: number, width: number): number {
  let length = 0;
  for (let index = at; index < at + width; index++) length = length * 256 + bytes[index]!;
  return length;
}

/** Whether `bytes[start, end)` is `__proto__`. */
export function isProto(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== PROTO.length) return false;
  for (let index = 0; index < PROTO.length; index++) {
    if (bytes[start + index] !== PROTO[index]) return false;
  }
  return true;
}

/**
 * Whether an error's array starts with a name that is safe to look up. In msgpackr it indexes an object, so the names every
 * object inherits ("constructor", "__proto__") must not come through.
 */
export function isErrorName(bytes: Uint8Array, token: number, nameAt: number): boolean {
  if (token !== 0x93 || (bytes[nameAt]! & 0xe0) !== 0xa0) return false;
  const length = bytes[nameAt]! & 0x1f;
  const name = String.fromCharCode(...bytes.subarray(nameAt + 1, nameAt + 1 + length));
  return !(name in Object.prototype);
}
