/**
 * Character encodings: bytes to strings in any encoding of the WHATWG Encoding Standard, and back where that is well defined.
 */

import type { Codec, Decoder, Encoder } from './codec.ts';
import { DecodeError, EncodeError, OptionError } from './errors.ts';
import { type DecoderCore, FailStopDecoder } from './fail-stop-decoder.ts';
import { checkBoolean, withDefaults } from './options.ts';
import { type ByteDecoder, byteDecoder, encodingName } from './text-decoding.ts';
import { isSingleByte, textEncoding } from './text-encoding.ts';
import { firstInvalidUtf8 } from './utf8-validity.ts';

/** Options of {@link text}. */
export interface TextOptions {
  /** Whether bytes that are not in the encoding, or a character cut off at the end, are an error; otherwise they become U+FFFD. Default false. */
  readonly fatal: boolean;
  /** Whether a byte order mark at the start stays in the text. Default false. */
  readonly keepByteOrderMark: boolean;
}

/** What {@link text} does when not told otherwise. */
export const TEXT_DEFAULTS: TextOptions = Object.freeze({ fatal: false, keepByteOrderMark: false });

/**
 * Text in `encoding`, in pieces: each chunk gives the characters it completes as one string (no string for a chunk that
 * completes none), and the pieces joined are the text. `decode` of a whole message gives the whole text, which may be ''.
 *
 * Holds at most one character back, so it needs no size limit. Encodes to UTF-8, UTF-16LE, UTF-16BE and the single-byte
 * encodings; the encoders of the other multi-byte encodings are left out. No byte order mark is written.
 *
 * With `fatal` an error's offset is exact for UTF-8 and single-byte encodings; for the others it is that of the failing chunk.
 *
 * @param encoding a label of the Encoding Standard in any case: `utf-8` (default), `latin1` (which is windows-1252), `shift_jis`, `utf-16le`, …
 * @throws OptionError for an unknown label or option.
 *
 * @example
 * ```ts
 * import { text } from '@oxbow/codec/text';
 *
 * const decoder = text('utf-8').decoder();
 * const bytes = new TextEncoder().encode('é');
 * console.log([...decoder.decode(bytes.subarray(0, 1)), ...decoder.decode(bytes.subarray(1))].join('')); // é
 * ```
 */
export function text(encoding = 'utf-8', options?: Partial<TextOptions>): Codec<string> {
  const settings = withDefaults('text()', options, TEXT_DEFAULTS);
  checkBoolean('text()', 'fatal', settings.fatal);
  checkBoolean('text()', 'keepByteOrderMark', settings.keepByteOrderMark);
  const name = canonicalName(encoding);
  const encode = textEncoding(name);
  const decoder = (): Decoder<string> => new FailStopDecoder(new TextCore(name, settings));
  return Object.freeze({
    name: 'text',
    contentType: `text/plain; charset=${name}`,
    encoder: (): Encoder<string> => ({ encode: (value) => encode(requireString(value)) }),
    decoder,
    encode: (value: string): Uint8Array => encode(requireString(value)),
    decode: (bytes: Uint8Array): string => {
      const whole = decoder();
      return whole.decode(bytes).join('') + whole.end().join('');
    },
  });
}

function canonicalName(label: string): string {
  const name = encodingName(label);
  if (name !== undefined) return name;
  throw new OptionError(
    'ERR_OXBOW_CODEC_INVALID_OPTION',
    `text(): "${String(label)}" is no encoding label; try utf-8, utf-16le, windows-1252, shift_jis or gb18030`,
    'encoding',
  );
}

function requireString(value: string): string {
  if (typeof value === 'string') return value;
  throw new EncodeError(
    'ERR_OXBOW_CODEC_UNENCODABLE',
    `text() encodes strings, got ${value === null ? 'null' : `a ${typeof value}`}`,
  );
}

class TextCore implements DecoderCore<string> {
  readonly #encoding: string;
  readonly #decoder: ByteDecoder;
  readonly #fatal: boolean;
  /** Whether the next character, if it is a byte order mark, is to be dropped. */
  #dropsMark: boolean;
  #offset = 0;
  /** UTF-8 only: the bytes of the character that the last chunk left unfinished, to find a fault that began there. */
  #unfinished: Uint8Array = new Uint8Array(0);

  constructor(encoding: string, options: TextOptions) {
    this.#encoding = encoding;
    this.#fatal = options.fatal;
    // The engine's own dropping is not relied on: Node drops a second mark too when the first came in two chunks.
    this.#decoder = byteDecoder(encoding, { fatal: options.fatal, ignoreBOM: true });
    this.#dropsMark = !options.keepByteOrderMark && encoding.startsWith('utf-');
  }

  push(chunk: Uint8Array, out: string[]): void {
    let piece: string;
    try {
      piece = this.#decoder.decode(chunk, { stream: true });
    } catch (cause) {
      throw this.#fault(this.#faultOffset(chunk), 'holds bytes that are not', cause);
    }
    if (this.#fatal && this.#encoding === 'utf-8') this.#rememberUnfinished(chunk);
    this.#offset += chunk.length;
    this.#give(piece, out);
  }

  finish(out: string[]): void {
    let piece: string;
    try {
      piece = this.#decoder.decode();
    } catch (cause) {
      throw this.#fault(this.#offset - this.#unfinished.length, 'ends within a character of', cause);
    }
    this.#give(piece, out);
  }

  #give(piece: string, out: string[]): void {
    if (piece === '') return;
    const rest = this.#dropsMark && piece.startsWith('\ufeff') ? piece.slice(1) : piece;
    this.#dropsMark = false;
    if (rest !== '') out.push(rest);
  }

  #fault(offset: number, what: string, cause: unknown): DecodeError {
    return new DecodeError(
      'ERR_OXBOW_CODEC_INVALID_TEXT',
      `text(): the text ${what} ${this.#encoding}, at byte ${offset}`,
      { offset, cause },
    );
  }

  #faultOffset(chunk: Uint8Array): number {
    if (this.#encoding === 'utf-8') {
      const joined = join(this.#unfinished, chunk);
      return this.#offset - this.#unfinished.length + firstInvalidUtf8(joined);
    }
    return this.#offset + firstUnmappedByte(this.#encoding, chunk);
  }

  #rememberUnfinished(chunk: Uint8Array): void {
    // The chunk is good so far: whatever stops the walk in its last three bytes is a character that is not complete yet.
    const tail = join(this.#unfinished, chunk.length > 6 ? chunk.subarray(-6) : chunk);
    let start = chunk.length > 6 ? firstLead(tail) : 0;
    start += firstInvalidUtf8(tail.subarray(start));
    this.#unfinished = tail.slice(start);
  }
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

/** First byte that is no UTF-8 continuation byte. */
function firstLead(bytes: Uint8Array): number {
  const lead = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return lead === -1 ? 0 : lead;
}

/** The first byte that stands for no character; 0 in encodings where a byte does not stand for itself. */
function firstUnmappedByte(encoding: string, chunk: Uint8Array): number {
  if (!isSingleByte(encoding)) return 0;
  const decoder = byteDecoder(encoding);
  const unmapped = chunk.findIndex(
    (byte) => decoder.decode(Uint8Array.of(byte), { stream: true }) === '\ufffd',
  );
  return Math.max(0, unmapped);
}
