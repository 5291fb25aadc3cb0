/** MessagePack for one ordered, lossless byte stream: framed messages whose field names are sent once. */

import { CarryBuffer } from '../carry-buffer.ts';
import type { Codec, Decoder, Encoder } from '../codec.ts';
import { DecodeError, FrameTooLargeError } from '../errors.ts';
import { type DecoderCore, FailStopDecoder } from '../fail-stop-decoder.ts';
import { withWholeMessages } from '../whole-message.ts';
import {
  HEADER_BYTES,
  isHeaderAt,
  lengthAt,
  nextSequence,
  sequenceAt,
  VALUES_PER_FRAME,
  writeHeader,
} from './frame-header.ts';
import type { MessagePacker } from './message-packer.ts';
import type { MessageScanner } from './message-scanner.ts';
import { type MsgpackOptions, MsgpackParts } from './msgpack-options.ts';
import type { Unpacker } from './packing.ts';
import { readableView, unpackMessage } from './unpacking.ts';

/**
 * MessagePack for one byte stream between two of these codecs: the fastest and smallest form for many values of few shapes.
 *
 * Each value is a frame: a length, a sequence number, and the message. The field names of an object's shape are sent with its first
 * occurrence and named by one byte from then on, so frames depend on those before them. Use one encoder and one decoder for each
 * connection, and new ones after a reconnect. A lost, repeated or reordered frame, and a decoder that joins late, is an error
 * (`ERR_OXBOW_CODEC_FRAME_LOST`), never a wrong value. For messages that may be dropped use `msgpack()`.
 *
 * Takes the values that `msgpack()` takes. Where code generation from strings is off, decoding works but is slower.
 *
 * @throws OptionError for an unknown option or a value out of range.
 *
 * @example
 * ```ts
 * import { msgpackStream } from '@oxbow/codec/msgpack';
 *
 * const codec = msgpackStream<{ id: number }>();
 * const encoder = codec.encoder();
 * const decoder = codec.decoder();
 * for (const id of [1, 2]) console.log([...decoder.decode(encoder.encode({ id }))]);
 * ```
 */
export function msgpackStream<T = unknown>(options?: Partial<MsgpackOptions>): Codec<T> {
  const parts = new MsgpackParts('msgpackStream()', options, 'stream');
  return withWholeMessages({
    name: 'msgpack-stream',
    contentType: 'application/vnd.oxbow.msgpack-stream',
    encoder: (): Encoder<T> => new FrameEncoder<T>(parts.messagePacker()),
    decoder: (): Decoder<T> => new FailStopDecoder(new FramesCore<T>(parts)),
  });
}

class FrameEncoder<T> implements Encoder<T> {
  readonly #packer: MessagePacker;
  #sequence = 0;

  constructor(packer: MessagePacker) {
    this.#packer = packer;
  }

  encode(value: T): Uint8Array {
    const frame = this.#packer.message(value, HEADER_BYTES);
    writeHeader(frame, this.#sequence);
    this.#sequence = nextSequence(this.#sequence);
    return frame;
  }
}

class FramesCore<T> implements DecoderCore<T> {
  readonly #scanner: MessageScanner;
  readonly #unpacker: Unpacker;
  readonly #maxFrameBytes: number;
  readonly #carry = new CarryBuffer();
  /** Number and stream offset of the next frame. */
  #sequence = 0;
  #offset = 0;

  constructor(parts: MsgpackParts) {
    this.#scanner = parts.scanner();
    this.#unpacker = parts.unpacker();
    this.#maxFrameBytes = parts.maxFrameBytes;
  }

  push(chunk: Uint8Array, out: T[]): void {
    const at = this.#carry.length === 0 ? 0 : this.#completeCarried(chunk, out);
    if (at === -1) return;
    const behind = this.#readFrames(readableView(chunk), at, out);
    if (behind < chunk.length) this.#carry.append(chunk, behind, chunk.length);
  }

  finish(): void {
    if (this.#carry.length === 0) return;
    const offset = this.#offset + this.#carry.length;
    throw new DecodeError(
      'ERR_OXBOW_CODEC_TRUNCATED',
      `msgpackStream(): the stream ends at byte ${offset} within the frame at byte ${this.#offset}`,
      { offset },
    );
  }

  /** Adds to the cut frame what it lacks; the position behind that in `chunk`, or -1 when it is still not whole. */
  #completeCarried(chunk: Uint8Array, out: T[]): number {
    const carry = this.#carry;
    let at = 0;
    if (carry.length < HEADER_BYTES) {
      at = Math.min(chunk.length, HEADER_BYTES - carry.length);
      carry.append(chunk, 0, at);
      if (carry.length < HEADER_BYTES) return -1;
    }
    const missing = HEADER_BYTES + this.#checkedLength(carry.view(), 0) - carry.length;
    const taken = Math.min(chunk.length - at, missing);
    carry.append(chunk, at, at + taken);
    if (taken < missing) return -1;
    this.#readFrames(carry.view(), 0, out);
    carry.clear();
    return at + taken;
  }

  /** The payload length announced at `bytes[at]`, after both header fields were found good. */
  #checkedLength(bytes: Uint8Array, at: number): number {
    const length = lengthAt(bytes, at);
    if (isHeaderAt(bytes, at) && length <= this.#maxFrameBytes && sequenceAt(bytes, at) === this.#sequence) {
      return length;
    }
    throw this.#headerFault(bytes, at);
  }

  #headerFault(bytes: Uint8Array, at: number): DecodeError {
    if (!isHeaderAt(bytes, at)) {
      return new DecodeError(
        'ERR_OXBOW_CODEC_INVALID_MSGPACK',
        `msgpackStream(): no frame starts at byte ${this.#offset}: the peer sends another format`,
        { offset: this.#offset },
      );
    }
    const length = lengthAt(bytes, at);
    if (length > this.#maxFrameBytes) {
      return new FrameTooLargeError(
        `msgpackStream(): the frame at byte ${this.#offset} announces ${length} bytes, maxFrameBytes is ${this.#maxFrameBytes}`,
        { offset: this.#offset, limitBytes: this.#maxFrameBytes, actualBytes: length },
      );
    }
    return new DecodeError(
      'ERR_OXBOW_CODEC_FRAME_LOST',
      `msgpackStream(): the frame at byte ${this.#offset} is number ${sequenceAt(bytes, at)}, expected ${this.#sequence}: frames were lost, repeated or reordered, or an old decoder met a new stream`,
      { offset: this.#offset },
    );
  }

  /** Adds the values of the whole frames from `bytes[from]` on, and gives the position behind them. */
  #readFrames(bytes: Uint8Array, from: number, out: T[]): number {
    const offset = this.#offset;
    let at = from;
    let count = 0;
    try {
      while (bytes.length - at >= HEADER_BYTES) {
        const start = at + HEADER_BYTES;
        const end = start + this.#checkedLength(bytes, at);
        if (end > bytes.length) break;
        this.#scanner.scan(bytes, start, end, this.#offset + HEADER_BYTES);
        count++;
        this.#sequence = nextSequence(this.#sequence);
        this.#offset += end - at;
        at = end;
      }
    } finally {
      // The frames before a bad one are delivered too.
      if (count > 0) this.#build(bytes, from, at, count, offset, out);
    }
    return at;
  }

  /** Adds the values of the `count` frames that fill `bytes[from, to)` and lie at `offset` of the stream. */
  #build(bytes: Uint8Array, from: number, to: number, count: number, offset: number, out: T[]): void {
    const { many } = this.#unpacker;
    if (count > 1 && many !== undefined) {
      try {
        const values = many(bytes, from, to, count * VALUES_PER_FRAME);
        for (let index = VALUES_PER_FRAME - 1; index < values.length; index += VALUES_PER_FRAME) {
          out[out.length] = values[index] as T;
        }
        return;
      } catch {
        // One of them cannot be built. Read one by one it is found, and those before it are delivered.
      }
    }
    for (let at = from; at < to; ) {
      const start = at + HEADER_BYTES;
      const end = start + lengthAt(bytes, at);
      out.push(unpackMessage<T>(this.#unpacker, bytes, start, end, offset + start - from));
      at = end;
    }
  }
}
