/** JSON, one whole message. */

import { CarryBuffer } from './carry-buffer.ts';
import type { Codec, Decoder, Encoder } from './codec.ts';
import { checkEncodedSize, DecodeError, EncodeError, FrameTooLargeError } from './errors.ts';
import { type DecoderCore, FailStopDecoder, requireBytes } from './fail-stop-decoder.ts';
import { decodeJson, encodeJson, type Validate } from './json-text.ts';
import { checkFunction, checkInteger, MAX_LIMIT_BYTES, withDefaults } from './options.ts';
import { firstInvalidUtf8 } from './utf8-validity.ts';

/** Options of {@link json}. */
export interface JsonOptions<T = unknown> {
  /** The most bytes in the message. Default 16777216 (16 MiB); 1 to 1 GiB. */
  readonly maxMessageBytes: number;
  /** Given the parsed value; what it returns is the value, what it throws is an error. Default: none. */
  readonly validate: Validate<T> | undefined;
}

/** What {@link json} does when not told otherwise. */
export const JSON_DEFAULTS: JsonOptions<never> = Object.freeze({
  maxMessageBytes: 16 * 2 ** 20,
  validate: undefined,
});

/**
 * One JSON value in UTF-8: a whole message, or a whole stream (the decoder gives it at `end()`, the encoder takes one value).
 *
 * `T` is what the caller says it is unless `validate` checks it. A `__proto__` key in the text becomes an own property and
 * touches no prototype. One BOM at the start is dropped (RFC 8259 §8.1 allows that).
 *
 * @throws OptionError for an unknown option or a value out of range.
 *
 * @example
 * ```ts
 * import { json } from '@oxbow/codec/json';
 *
 * const codec = json<{ id: number }>();
 * console.log(codec.decode(codec.encode({ id: 1 }))); // { id: 1 }
 * ```
 */
export function json<T = unknown>(options?: Partial<JsonOptions<T>>): Codec<T> {
  const settings = withDefaults<JsonOptions<T>>('json()', options, JSON_DEFAULTS);
  checkInteger('json()', 'maxMessageBytes', settings.maxMessageBytes, 1, MAX_LIMIT_BYTES);
  checkFunction('json()', 'validate', settings.validate);
  const encode = (value: T): Uint8Array => {
    const bytes = encodeJson('json()', value, '');
    checkEncodedSize('json(): the value', 'maxMessageBytes', bytes.length, settings.maxMessageBytes);
    return bytes;
  };
  return Object.freeze({
    name: 'json',
    contentType: 'application/json',
    encoder: (): Encoder<T> => singleValueEncoder(encode),
    decoder: (): Decoder<T> => new FailStopDecoder(new JsonCore(settings)),
    encode,
    decode: (bytes: Uint8Array): T => {
      requireBytes(bytes);
      checkSize(bytes.length, settings.maxMessageBytes);
      return parse(bytes, settings.validate);
    },
  });
}

function singleValueEncoder<T>(encode: (value: T) => Uint8Array): Encoder<T> {
  let used = false;
  return {
    encode: (value) => {
      if (used) {
        throw new EncodeError(
          'ERR_OXBOW_CODEC_ONE_MESSAGE',
          'json() is one message and this encoder has written it: use jsonl() for a stream of values',
        );
      }
      const bytes = encode(value);
      used = true;
      return bytes;
    },
  };
}

class JsonCore<T> implements DecoderCore<T> {
  readonly #options: JsonOptions<T>;
  readonly #carry = new CarryBuffer();

  constructor(options: JsonOptions<T>) {
    this.#options = options;
  }

  push(chunk: Uint8Array): void {
    checkSize(this.#carry.length + chunk.length, this.#options.maxMessageBytes);
    this.#carry.append(chunk, 0, chunk.length);
  }

  finish(out: T[]): void {
    out.push(parse(this.#carry.view(), this.#options.validate));
  }
}

function checkSize(bytes: number, limitBytes: number): void {
  if (bytes <= limitBytes) return;
  throw new FrameTooLargeError(
    `json(): the message is longer than maxMessageBytes = ${limitBytes} (at least ${limitBytes + 1} bytes)`,
    { offset: limitBytes, limitBytes, actualBytes: limitBytes + 1 },
  );
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const BOM_BYTES = 3;

function parse<T>(bytes: Uint8Array, validate: Validate<T> | undefined): T {
  let text: string;
  try {
    text = strictUtf8.decode(bytes);
  } catch (cause) {
    const offset = firstInvalidUtf8(bytes);
    throw new DecodeError('ERR_OXBOW_CODEC_INVALID_TEXT', `json(): byte ${offset} is not valid UTF-8`, {
      offset,
      cause,
    });
  }
  const marked = text.startsWith('\ufeff');
  return decodeJson(
    marked ? text.slice(1) : text,
    { where: 'json()', offset: marked ? BOM_BYTES : 0 },
    validate,
  );
}
