/** Frames of bytes, each behind its length. */

import { CarryBuffer } from './carry-buffer.ts';
import type { Codec, Decoder, Encoder } from './codec.ts';
import { checkEncodedSize, DecodeError, EncodeError, FrameTooLargeError } from './errors.ts';
import { type DecoderCore, FailStopDecoder } from './fail-stop-decoder.ts';
import { type Endian, type LengthField, lengthField, type PrefixKind } from './length-field.ts';
import { checkChoice, checkInteger, MAX_LIMIT_BYTES, withDefaults } from './options.ts';
import { withWholeMessages } from './whole-message.ts';

/** Options of {@link lengthPrefixed}. */
export interface LengthPrefixedOptions {
  /** The form of the length: an unsigned integer of 8, 16 or 32 bits, or a varint (LEB128 as in Protocol Buffers, up to 5 bytes). Default `u32`. */
  readonly prefix: PrefixKind;
  /** Byte order of `u16` and `u32`. Default `big`, the network's. */
  readonly endian: Endian;
  /** The most bytes in a frame, its length not counted. Default 1048576 (1 MiB), or what fits the prefix if that is less; 1 to 1 GiB. */
  readonly maxFrameBytes: number;
}

/** What {@link lengthPrefixed} does when not told otherwise. */
export const LENGTH_PREFIXED_DEFAULTS: LengthPrefixedOptions = Object.freeze({
  prefix: 'u32',
  endian: 'big',
  maxFrameBytes: 2 ** 20,
});

/**
 * Frames of bytes, each preceded by its length in bytes (the length field itself not counted). Empty frames are frames.
 *
 * Every frame handed out is a copy of its own. A length over `maxFrameBytes` is refused when its prefix is read, before
 * any of the frame is kept.
 *
 * @throws OptionError for an unknown option or a value out of range.
 *
 * @example
 * ```ts
 * import { lengthPrefixed } from '@oxbow/codec/length-prefixed';
 *
 * const codec = lengthPrefixed({ prefix: 'u16' });
 * console.log(codec.encode(new Uint8Array([7, 8]))); // two bytes of length, then 7 and 8
 * ```
 */
export function lengthPrefixed(options?: Partial<LengthPrefixedOptions>): Codec<Uint8Array> {
  const settings = withDefaults('lengthPrefixed()', options, LENGTH_PREFIXED_DEFAULTS);
  checkChoice('lengthPrefixed()', 'prefix', settings.prefix, ['u8', 'u16', 'u32', 'varint']);
  checkChoice('lengthPrefixed()', 'endian', settings.endian, ['big', 'little']);
  checkInteger('lengthPrefixed()', 'maxFrameBytes', settings.maxFrameBytes, 1, MAX_LIMIT_BYTES);
  const field = lengthField(settings.prefix, settings.endian);
  const maxFrameBytes = Math.min(settings.maxFrameBytes, field.maxLength);
  return withWholeMessages({
    name: 'length-prefixed',
    contentType: 'application/octet-stream',
    encoder: (): Encoder<Uint8Array> => ({ encode: (payload) => encodeFrame(field, maxFrameBytes, payload) }),
    decoder: (): Decoder<Uint8Array> => new FailStopDecoder(new LengthPrefixedCore(field, maxFrameBytes)),
  });
}

function encodeFrame(field: LengthField, maxFrameBytes: number, payload: Uint8Array): Uint8Array {
  if (!(payload instanceof Uint8Array)) {
    throw new EncodeError(
      'ERR_OXBOW_CODEC_UNENCODABLE',
      `lengthPrefixed() encodes Uint8Arrays, got ${payload === null ? 'null' : typeof payload}`,
    );
  }
  checkEncodedSize('lengthPrefixed(): the frame', 'maxFrameBytes', payload.length, maxFrameBytes);
  const prefix = field.write(payload.length);
  const framed = new Uint8Array(prefix.length + payload.length);
  framed.set(prefix);
  framed.set(payload, prefix.length);
  return framed;
}

class LengthPrefixedCore implements DecoderCore<Uint8Array> {
  readonly #field: LengthField;
  readonly #maxFrameBytes: number;
  readonly #carry = new CarryBuffer();
  /** Stream offset of the frame at hand. */
  #offset = 0;

  constructor(field: LengthField, maxFrameBytes: number) {
    this.#field = field;
    this.#maxFrameBytes = maxFrameBytes;
  }

  push(chunk: Uint8Array, out: Uint8Array[]): void {
    let at = 0;
    while (this.#carry.length > 0) {
      const frameBytes = this.#frameBytes(this.#carry.view(), 0);
      if (frameBytes === this.#carry.length) {
        this.#take(this.#carry.view(), 0, frameBytes, out);
        this.#carry.clear();
        break;
      }
      if (at === chunk.length) return;
      // Until the prefix is whole it is taken byte by byte: it is five bytes at most.
      const missing = frameBytes === -1 ? 1 : frameBytes - this.#carry.length;
      const taken = Math.min(missing, chunk.length - at);
      this.#carry.append(chunk, at, at + taken);
      at += taken;
    }
    while (at < chunk.length) {
      const frameBytes = this.#frameBytes(chunk, at);
      if (frameBytes === -1 || frameBytes > chunk.length - at) break;
      this.#take(chunk, at, frameBytes, out);
      at += frameBytes;
    }
    if (at < chunk.length) this.#carry.append(chunk, at, chunk.length);
  }

  finish(): void {
    if (this.#carry.length === 0) return;
    const offset = this.#offset + this.#carry.length;
    throw new DecodeError(
      'ERR_OXBOW_CODEC_TRUNCATED',
      `lengthPrefixed(): the stream ends at byte ${offset} within the frame at byte ${this.#offset}`,
      { offset },
    );
  }

  /** Bytes of the frame at `bytes[at]` with its prefix, or -1 while the prefix is not whole. */
  #frameBytes(bytes: Uint8Array, at: number): number {
    const prefixBytes = this.#field.size(bytes, at);
    if (prefixBytes === -1) return -1;
    const length = prefixBytes === 0 ? Number.POSITIVE_INFINITY : this.#field.read(bytes, at, prefixBytes);
    if (length <= this.#maxFrameBytes) return prefixBytes + length;
    const limitBytes = this.#maxFrameBytes;
    if (prefixBytes === 0) {
      throw new DecodeError(
        'ERR_OXBOW_CODEC_INVALID_LENGTH',
        `lengthPrefixed(): the length at byte ${this.#offset} is no varint of at most 5 bytes and 32 bits`,
        {
          offset: this.#offset,
        },
      );
    }
    throw new FrameTooLargeError(
      `lengthPrefixed(): the frame at byte ${this.#offset} announces ${length} bytes, maxFrameBytes is ${limitBytes}`,
      { offset: this.#offset, limitBytes, actualBytes: length },
    );
  }

  #take(bytes: Uint8Array, at: number, frameBytes: number, out: Uint8Array[]): void {
    const prefixBytes = this.#field.size(bytes, at);
    // Not slice(): on a Buffer that would be a view.
    out.push(new Uint8Array(bytes.subarray(at + prefixBytes, at + frameBytes)));
    this.#offset += frameBytes;
  }
}
