/** MessagePack messages that each stand alone: standard maps and arrays, no state from one to the next. */

import { CarryBuffer } from '../carry-buffer.ts';
import type { Codec, Decoder, Encoder } from '../codec.ts';
import { DecodeError, FrameTooLargeError } from '../errors.ts';
import { type DecoderCore, FailStopDecoder, requireBytes } from '../fail-stop-decoder.ts';
import type { MessageScanner } from './message-scanner.ts';
import { type MsgpackOptions, MsgpackParts } from './msgpack-options.ts';
import type { Unpacker } from './packing.ts';
import { readableView, unpackMessage } from './unpacking.ts';

/**
 * MessagePack in which every message can be decoded by itself. It is for WebSocket messages, topics, and anything that can be
 * dropped or joined late. It is also for other implementations: with the default extensions it is the standard format and
 * nothing else.
 *
 * Values: null, booleans, numbers, bigints within 64 bits, strings, `Uint8Array`, `Date`, arrays, and plain objects (undefined
 * in them is written as nil; -0 as 0; a lone surrogate as U+FFFD). Anything else is refused with its path, and so is the key
 * `__proto__` in both directions; `constructor` is a key like any other. Decoded binary is a copy, never a view.
 *
 * The encoder's messages laid end to end are what the decoder reads, so it also serves byte streams; `msgpackStream()` is
 * faster and smaller there.
 *
 * @throws OptionError for an unknown option or a value out of range.
 *
 * @example
 * ```ts
 * import { msgpack } from '@oxbow/codec/msgpack';
 *
 * const codec = msgpack<{ id: number; tags: string[] }>();
 * console.log(codec.decode(codec.encode({ id: 1, tags: ['a'] })));
 * ```
 */
export function msgpack<T = unknown>(options?: Partial<MsgpackOptions>): Codec<T> {
  const parts = new MsgpackParts('msgpack()', options, 'self-contained');
  const packer = parts.messagePacker();
  const scanner = parts.scanner();
  const unpacker = parts.unpacker();
  const encode = (value: T): Uint8Array => packer.message(value, 0);
  return Object.freeze({
    name: 'msgpack',
    contentType: 'application/msgpack',
    encoder: (): Encoder<T> => ({ encode }),
    decoder: (): Decoder<T> => new FailStopDecoder(new MessagesCore<T>(parts.scanner(), parts.unpacker())),
    encode,
    decode: (bytes: Uint8Array): T => {
      requireBytes(bytes);
      if (bytes.length > parts.maxFrameBytes) throw tooLarge(parts, bytes.length);
      scanner.forgetRecords();
      scanner.scan(bytes, 0, bytes.length, 0);
      return unpackMessage<T>(unpacker, readableView(bytes), 0, bytes.length, 0);
    },
  });
}

function tooLarge(parts: MsgpackParts, actualBytes: number): FrameTooLargeError {
  const limitBytes = parts.maxFrameBytes;
  return new FrameTooLargeError(
    `${parts.where}: the message is ${actualBytes} bytes, maxFrameBytes is ${limitBytes}`,
    {
      offset: 0,
      limitBytes,
      actualBytes,
    },
  );
}

/** Finds the messages in a stream of them by walking their tokens. */
class MessagesCore<T> implements DecoderCore<T> {
  readonly #scanner: MessageScanner;
  readonly #unpacker: Unpacker;
  readonly #carry = new CarryBuffer();
  /** Stream offset of the message at hand. */
  #offset = 0;

  constructor(scanner: MessageScanner, unpacker: Unpacker) {
    this.#scanner = scanner;
    this.#unpacker = unpacker;
    scanner.begin(0);
  }

  push(chunk: Uint8Array, out: T[]): void {
    let at = 0;
    if (this.#carry.length > 0) {
      const before = this.#carry.length;
      this.#carry.append(chunk, 0, chunk.length);
      if (!this.#scanner.resume(this.#carry.view(), 0, this.#carry.length)) return;
      at = this.#scanner.messageBytes - before;
      out.push(this.#take(readableView(this.#carry.view()), 0));
      this.#carry.clear();
    }
    const view = readableView(chunk);
    while (at < chunk.length && this.#scanner.resume(view, at, chunk.length)) {
      const end = at + this.#scanner.messageBytes;
      out.push(this.#take(view, at));
      at = end;
    }
    if (at < chunk.length) this.#carry.append(chunk, at, chunk.length);
  }

  finish(): void {
    if (this.#carry.length === 0) return;
    const offset = this.#offset + this.#carry.length;
    throw new DecodeError(
      'ERR_OXBOW_CODEC_TRUNCATED',
      `msgpack(): the stream ends at byte ${offset} within the message at byte ${this.#offset}`,
      {
        offset,
      },
    );
  }

  /** Builds the message just scanned, which starts at `start`, and gets ready for the next. */
  #take(view: Uint8Array, start: number): T {
    const { messageBytes } = this.#scanner;
    const value = unpackMessage<T>(this.#unpacker, view, start, start + messageBytes, this.#offset);
    this.#offset += messageBytes;
    this.#scanner.forgetRecords();
    this.#scanner.begin(this.#offset);
    return value;
  }
}
