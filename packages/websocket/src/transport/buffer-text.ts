/**
 * Node's way with UTF-8, for the protocol core.
 */
import { Buffer, constants, isUtf8 } from 'node:buffer';
import type { TextCodec } from '../protocol/text-codec.ts';

const REPLACEMENT = '\ufffd';

/** Encodes and decodes by Buffer. */
export const bufferText: TextCodec = Object.freeze({
  // V8 counts characters, and there are never more of them than bytes.
  maxTextBytes: constants.MAX_STRING_LENGTH,

  byteLength: (text: string): number => Buffer.byteLength(text),

  write(text: string, target: Uint8Array, offset: number): void {
    // Memory of `allocate` is a Buffer.
    (target as Buffer).write(text, offset);
  },

  decode(bytes: Uint8Array, start: number, end: number): string | undefined {
    const buffer = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const text = buffer.toString('utf8', start, end);
    // Decoding puts U+FFFD for what is not UTF-8. Looking for it is nearly free (a Latin-1 string cannot hold it); a
    // text may also hold it by right, so only then are the bytes checked.
    if (text.includes(REPLACEMENT) && !isUtf8(bytes.subarray(start, end))) return undefined;
    return text;
  },

  // Zero-filled on purpose: a mistake in a length must never show a peer what others wrote.
  allocate: (bytes: number): Uint8Array => Buffer.alloc(bytes),
});
