/** JSON Lines (also called NDJSON): one JSON value a line. */

import type { Codec, Decoder, Encoder } from './codec.ts';
import { checkEncodedSize } from './errors.ts';
import { type DecoderCore, FailStopDecoder } from './fail-stop-decoder.ts';
import { decodeJson, encodeJson, type Validate } from './json-text.ts';
import { LineSplitter } from './line-splitter.ts';
import { checkFunction, checkInteger, MAX_LIMIT_BYTES, withDefaults } from './options.ts';
import { withWholeMessages } from './whole-message.ts';

/** Options of {@link jsonl}. */
export interface JsonlOptions<T = unknown> {
  /** The most bytes in one line, its end not counted. Default 1048576 (1 MiB); 1 to 1 GiB. */
  readonly maxLineBytes: number;
  /** Given each parsed value; what it returns is the value, what it throws makes the line an error. Default: none. */
  readonly validate: Validate<T> | undefined;
}

/** What {@link jsonl} does when not told otherwise. */
export const JSONL_DEFAULTS: JsonlOptions<never> = Object.freeze({
  maxLineBytes: 2 ** 20,
  validate: undefined,
});

/**
 * JSON Lines: one JSON value a line, UTF-8, LF or CRLF.
 *
 * Blank lines (nothing but spaces, tabs or a CR) are skipped, the last line needs no end, one BOM at the start is dropped. An error
 * names the line, from 1 with blank ones counted, and the byte offset. The encoder writes each value on one line ending in LF.
 * `T` is what the caller says it is unless `validate` checks it.
 *
 * @throws OptionError for an unknown option or a value out of range.
 *
 * @example
 * ```ts
 * import { jsonl } from '@oxbow/codec/jsonl';
 *
 * const decoder = jsonl<number>().decoder();
 * const bytes = new TextEncoder().encode('1\n2\n');
 * console.log([...decoder.decode(bytes.subarray(0, 3)), ...decoder.decode(bytes.subarray(3))]); // [ 1, 2 ]
 * ```
 */
export function jsonl<T = unknown>(options?: Partial<JsonlOptions<T>>): Codec<T> {
  const settings = withDefaults<JsonlOptions<T>>('jsonl()', options, JSONL_DEFAULTS);
  checkInteger('jsonl()', 'maxLineBytes', settings.maxLineBytes, 1, MAX_LIMIT_BYTES);
  checkFunction('jsonl()', 'validate', settings.validate);
  return withWholeMessages({
    name: 'jsonl',
    contentType: 'application/jsonl',
    encoder: (): Encoder<T> => ({
      encode: (value) => {
        const bytes = encodeJson('jsonl()', value, '\n');
        checkEncodedSize('jsonl(): the value', 'maxLineBytes', bytes.length - 1, settings.maxLineBytes);
        return bytes;
      },
    }),
    decoder: (): Decoder<T> => new FailStopDecoder(new JsonlCore(settings)),
  });
}

/** JSON's own white space without LF; anything else on a line has to be JSON. */
const BLANK_LINE = /^[ \t\r]*$/;
const SPACE = 0x20;

class JsonlCore<T> implements DecoderCore<T> {
  readonly #splitter: LineSplitter;
  #out: T[] = [];

  constructor({ maxLineBytes, validate }: JsonlOptions<T>) {
    this.#splitter = new LineSplitter({
      where: 'jsonl()',
      maxLineBytes,
      loneCarriageReturn: false,
      // RFC 8259 §8.1: JSON exchanged between systems must be UTF-8.
      fatal: true,
      ownStrings: false,
      onLine: (text, line, offset) => {
        // Most lines begin with something greater than any blank, and need no further look.
        if (!(text.charCodeAt(0) > SPACE) && BLANK_LINE.test(text)) return;
        this.#out.push(decodeJson(text, { where: 'jsonl()', line, offset }, validate));
      },
    });
  }

  push(chunk: Uint8Array, out: T[]): void {
    this.#out = out;
    this.#splitter.push(chunk);
  }

  finish(out: T[]): void {
    this.#out = out;
    this.#splitter.finish();
  }
}
