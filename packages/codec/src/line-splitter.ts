/**
 * Bytes to lines at any chunk boundary: finds the ends, enforces the cap, counts lines and byte offsets. It does not know what
 * a line means.
 *
 * How it is fast: the complete lines of a chunk are decoded to one string in one call. If that string has as many units as the
 * block has bytes it was all ASCII, so string positions are byte positions and lines are cut from the string. Otherwise each
 * line is found and decoded in the bytes. Cutting is safe in both cases because no byte of a multi-byte UTF-8 sequence is CR or LF.
 */

import { CarryBuffer } from './carry-buffer.ts';
import { DecodeError, FrameTooLargeError } from './errors.ts';
import { firstInvalidUtf8 } from './utf8-validity.ts';

const LF = 10;
const CR = 13;
const BOM = [0xef, 0xbb, 0xbf] as const;

/** How lines are to be cut. */
export interface LineRules {
  /** Named in the error, so that the reader knows which option to raise. */
  readonly where: string;
  /** The most bytes in a line, its terminator not counted. */
  readonly maxLineBytes: number;
  /** Whether a lone CR ends a line; CRLF always counts as one end. */
  readonly loneCarriageReturn: boolean;
  /** Whether bytes that are not UTF-8 are an error instead of U+FFFD. */
  readonly fatal: boolean;
  /**
   * Whether lines are kept by the consumer. An engine may cut a string as a reference to the whole block, so that one short
   * line would keep a chunk's worth of memory. Lines that are parsed at once need not care.
   */
  readonly ownStrings: boolean;
  /** Receives each line in order, with its number from 1 and the offset of its first byte in the stream. */
  readonly onLine: (text: string, line: number, offset: number) => void;
}

/** Cuts one byte stream into lines. A BOM at the start of the stream is dropped. */
export class LineSplitter {
  readonly #rules: LineRules;
  readonly #lenient = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #strict = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });
  readonly #carry = new CarryBuffer();
  /** The current line's number, and the stream offset of its first byte. */
  #line = 1;
  #lineOffset = 0;
  /** The last chunk ended in CR: an LF that comes first in the next one belongs to it. */
  #skipLineFeed = false;

  constructor(rules: LineRules) {
    this.#rules = rules;
  }

  /** Reports every line that `chunk` completes. */
  push(chunk: Uint8Array): void {
    let at = 0;
    if (this.#skipLineFeed && chunk.length > 0) {
      this.#skipLineFeed = false;
      if (chunk[0] === LF) {
        at = 1;
        this.#lineOffset++;
      }
    }
    if (this.#carry.length > 0) {
      const end = this.#terminator(chunk, at);
      this.#hold(chunk, at, end === -1 ? chunk.length : end);
      if (end === -1) return;
      this.#completeCarried();
      at = this.#passTerminator(chunk, end);
    }
    const blockEnd = this.#afterLastTerminator(chunk, at);
    if (blockEnd > at) {
      this.#block(chunk, at, blockEnd);
      at = blockEnd;
    }
    if (at === chunk.length) return;
    // Not the last byte of the chunk after all: what follows that CR is here, and it is no LF.
    this.#skipLineFeed = false;
    this.#hold(chunk, at, chunk.length);
  }

  /** Reports the last line if it had no terminator. */
  finish(): void {
    if (this.#carry.length > 0) this.#completeCarried();
  }

  /** Position of the first terminator in `chunk` from `from` on, or -1. */
  #terminator(chunk: Uint8Array, from: number): number {
    const lf = chunk.indexOf(LF, from);
    if (!this.#rules.loneCarriageReturn) return lf;
    const cr = chunk.indexOf(CR, from);
    if (cr === -1) return lf;
    return lf === -1 || cr < lf ? cr : lf;
  }

  /** Counts the terminator at `end` and gives the position behind it: one byte, or two for CRLF. */
  #passTerminator(chunk: Uint8Array, end: number): number {
    this.#lineOffset++;
    if (chunk[end] !== CR) return end + 1;
    if (end + 1 === chunk.length) {
      this.#skipLineFeed = true;
      return end + 1;
    }
    if (chunk[end + 1] !== LF) return end + 1;
    this.#lineOffset++;
    return end + 2;
  }

  #afterLastTerminator(chunk: Uint8Array, from: number): number {
    const lf = chunk.lastIndexOf(LF);
    const cr = this.#rules.loneCarriageReturn ? chunk.lastIndexOf(CR) : -1;
    return Math.max(from, lf + 1, cr + 1);
  }

  /** Keeps a part of a line, unless the line is then longer than the cap. */
  #hold(chunk: Uint8Array, start: number, end: number): void {
    this.#checkLength(this.#carry.length + end - start);
    if (end > start) this.#carry.append(chunk, start, end);
  }

  #completeCarried(): void {
    const bytes = this.#carry.view();
    const { length } = bytes;
    this.#emit(this.#text(bytes, 0, length), length);
    this.#carry.clear();
  }

  /** `chunk[start, end)` is whole lines, each with its terminator. */
  #block(chunk: Uint8Array, start: number, end: number): void {
    const block = chunk.subarray(start, end);
    const text = this.#lenient.decode(block);
    // U+FFFD is what a single bad byte becomes: same length, but not ASCII.
    const isAscii = text.length === block.length && !(this.#rules.fatal && text.includes('\ufffd'));
    if (isAscii) this.#asciiLines(text, block);
    else this.#lines(block);
  }

  /** Reports the lines of `block`, which is `text` in ASCII. */
  #asciiLines(text: string, block: Uint8Array): void {
    const { loneCarriageReturn, ownStrings } = this.#rules;
    // Each search starts where the last one of its kind ended, so a block is searched once for either byte.
    let cr = loneCarriageReturn ? text.indexOf('\r') : -1;
    let lf = text.indexOf('\n');
    let at = 0;
    while (at < text.length) {
      if (lf !== -1 && lf < at) lf = text.indexOf('\n', at);
      if (cr !== -1 && cr < at) cr = text.indexOf('\r', at);
      const lineEnd = cr !== -1 && (lf === -1 || cr < lf) ? cr : lf;
      this.#checkLength(lineEnd - at);
      this.#emit(ownStrings ? this.#text(block, at, lineEnd) : text.slice(at, lineEnd), lineEnd - at);
      at = this.#passTerminator(block, lineEnd);
    }
  }

  /** Reports the lines of `block`. */
  #lines(block: Uint8Array): void {
    let cr = this.#rules.loneCarriageReturn ? block.indexOf(CR) : -1;
    let lf = block.indexOf(LF);
    let at = 0;
    while (at < block.length) {
      if (lf !== -1 && lf < at) lf = block.indexOf(LF, at);
      if (cr !== -1 && cr < at) cr = block.indexOf(CR, at);
      const lineEnd = cr !== -1 && (lf === -1 || cr < lf) ? cr : lf;
      this.#checkLength(lineEnd - at);
      this.#emit(this.#text(block, at, lineEnd), lineEnd - at);
      at = this.#passTerminator(block, lineEnd);
    }
  }

  #emit(text: string, bytes: number): void {
    this.#rules.onLine(text, this.#line, this.#lineOffset);
    this.#line++;
    this.#lineOffset += bytes;
  }

  #text(bytes: Uint8Array, from: number, end: number): string {
    let start = from;
    if (
      this.#lineOffset === 0 &&
      this.#line === 1 &&
      BOM.every((byte, index) => bytes[start + index] === byte)
    ) {
      start += BOM.length;
    }
    const line = bytes.subarray(start, end);
    if (!this.#rules.fatal) return this.#lenient.decode(line);
    try {
      return this.#strict.decode(line);
    } catch (cause) {
      throw new DecodeError(
        'ERR_OXBOW_CODEC_INVALID_TEXT',
        `${this.#rules.where}: line ${this.#line} at byte ${this.#lineOffset} is not valid UTF-8`,
        { offset: this.#lineOffset + start - from + firstInvalidUtf8(line), line: this.#line, cause },
      );
    }
  }

  #checkLength(bytes: number): void {
    if (bytes > this.#rules.maxLineBytes) throw this.#tooLong();
  }

  #tooLong(): FrameTooLargeError {
    const limitBytes = this.#rules.maxLineBytes;
    return new FrameTooLargeError(
      `${this.#rules.where}: line ${this.#line} at byte ${this.#lineOffset} is longer than maxLineBytes = ${limitBytes} (at least ${limitBytes + 1} bytes)`,
      { offset: this.#lineOffset, line: this.#line, limitBytes, actualBytes: limitBytes + 1 },
    );
  }
}
