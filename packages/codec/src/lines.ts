/** Text lines ending in LF, CR or CRLF. */

import type { Codec, Decoder, Encoder } from './codec.ts';
import { checkEncodedSize, EncodeError } from './errors.ts';
import { type DecoderCore, FailStopDecoder } from './fail-stop-decoder.ts';
import { LineSplitter } from './line-splitter.ts';
import { checkBoolean, checkInteger, MAX_LIMIT_BYTES, withDefaults } from './options.ts';
import { withWholeMessages } from './whole-message.ts';

/** Options of {@link lines}. */
export interface LinesOptions {
  /** The most bytes in one line, its end not counted. Default 1048576 (1 MiB); 1 to 1 GiB. */
  readonly maxLineBytes: number;
  /** Whether bytes that are not UTF-8 are an error; otherwise each becomes U+FFFD. Default false. */
  readonly fatal: boolean;
}

/** What {@link lines} does when not told otherwise. */
export const LINES_DEFAULTS: LinesOptions = Object.freeze({ maxLineBytes: 2 ** 20, fatal: false });

/**
 * UTF-8 text, one string a line, without its end.
 *
 * LF, CR and CRLF (also cut between two chunks) each end a line, and empty lines are values like others. A last line without an
 * end is given by `end()`. One BOM at the start is dropped. The encoder ends each line with LF and refuses a string that holds
 * a line end, since it would come back as two.
 *
 * @throws OptionError for an unknown option or a value out of range.
 *
 * @example
 * ```ts
 * import { lines } from '@oxbow/codec/lines';
 *
 * const decoder = lines().decoder();
 * console.log([...decoder.decode(new TextEncoder().encode('one\r\ntwo\n'))]); // [ 'one', 'two' ]
 * ```
 */
export function lines(options?: Partial<LinesOptions>): Codec<string> {
  const settings = withDefaults('lines()', options, LINES_DEFAULTS);
  checkInteger('lines()', 'maxLineBytes', settings.maxLineBytes, 1, MAX_LIMIT_BYTES);
  checkBoolean('lines()', 'fatal', settings.fatal);
  return withWholeMessages({
    name: 'lines',
    contentType: 'text/plain; charset=utf-8',
    encoder: (): Encoder<string> => ({ encode: (line) => encodeLine(line, settings.maxLineBytes) }),
    decoder: (): Decoder<string> => new FailStopDecoder(new LinesCore(settings)),
  });
}

class LinesCore implements DecoderCore<string> {
  readonly #splitter: LineSplitter;
  #out: string[] = [];

  constructor(options: LinesOptions) {
    this.#splitter = new LineSplitter({
      ...options,
      where: 'lines()',
      loneCarriageReturn: true,
      ownStrings: true,
      onLine: (text) => this.#out.push(text),
    });
  }

  push(chunk: Uint8Array, out: string[]): void {
    this.#out = out;
    this.#splitter.push(chunk);
  }

  finish(out: string[]): void {
    this.#out = out;
    this.#splitter.finish();
  }
}

const utf8 = new TextEncoder();

function encodeLine(line: string, maxLineBytes: number): Uint8Array {
  if (typeof line !== 'string') {
    throw new EncodeError(
      'ERR_OXBOW_CODEC_UNENCODABLE',
      `lines() encodes strings, got ${line === null ? 'null' : `a ${typeof line}`}`,
    );
  }
  const end = line.search(/[\r\n]/);
  if (end !== -1) {
    throw new EncodeError(
      'ERR_OXBOW_CODEC_UNENCODABLE',
      `lines() cannot encode a string with a line end in it (at index ${end}): split it first, or use jsonl()`,
    );
  }
  const bytes = utf8.encode(`${line}\n`);
  checkEncodedSize('lines(): the line', 'maxLineBytes', bytes.length - 1, maxLineBytes);
  return bytes;
}
