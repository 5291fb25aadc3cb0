// Strings out of a chunk, fast: most are cut from a text that was made of several at once, since making a string costs more
// than its bytes, and the shortest are often known already. It knows positions and UTF-8, and no token.
//
// A cut string keeps the text it was cut from in memory, so that text is small: a value held for long holds half a KiB, not a chunk.
import { LONGEST_SHORT_BYTES, noteShortString, placeOf, shortString } from './short-strings.ts';

/** Bytes made into text at once. Larger gains nothing measurable (2026-11: 512 to 64 KiB the same, 256 slower). */
const WINDOW_BYTES = 512;

/** Longer strings are made by themselves: they share nothing, and the check for ASCII would cost more. */
const LONGEST_CUT_BYTES = 64;

/** In four bytes: the bits that ASCII does not have. */
const NOT_ASCII = 0x8080_8080 | 0;

const NO_BYTES = new Uint8Array(0);
const NO_VIEW = new DataView(NO_BYTES.buffer);

/** Node's way from bytes to text, absent elsewhere. */
type Slice = (this: Uint8Array, start: number, end: number) => string;

const node = (globalThis as { Buffer?: { prototype: { latin1Slice?: Slice; utf8Slice?: Slice } } }).Buffer
  ?.prototype;
const latin1Slice = node?.latin1Slice;
const utf8Slice = node?.utf8Slice;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads strings from one chunk after another. Malformed sequences become U+FFFD. */
export class StringReader {
  #bytes: Uint8Array = NO_BYTES;
  #view: DataView = NO_VIEW;
  /** Text of the bytes from `#windowStart` to `#windowEnd`. */
  #window = '';
  #windowStart = 0;
  #windowEnd = 0;

  /** Starts on another chunk, which `view` shows whole, and lets go of the one before. */
  begin(bytes: Uint8Array, view: DataView): void {
    this.#bytes = bytes;
    this.#view = view;
    this.#window = '';
    this.#windowEnd = 0;
  }

  /** Lets go of the chunk. */
  release(): void {
    this.begin(NO_BYTES, NO_VIEW);
  }

  /** The string in `[start, end)` of the chunk; a later call may lie before this one, at the cost of speed only. */
  read(start: number, end: number): string {
    const length = end - start;
    if (length > LONGEST_CUT_BYTES) return decodeUtf8(this.#bytes, start, end);
    const view = this.#view;
    // Bytes are looked at four at a time; so the last few of a chunk are too few.
    if (start + LONGEST_SHORT_BYTES > this.#bytes.length) return this.#readLast(start, end);
    if (length <= LONGEST_SHORT_BYTES) return this.#readShort(start, end);
    const last = end - 4;
    let seen = view.getInt32(last, true);
    for (let at = start; at < last; at += 4) seen |= view.getInt32(at, true);
    return (seen & NOT_ASCII) === 0 ? this.#cut(start, end) : decodeUtf8(this.#bytes, start, end);
  }

  #readShort(start: number, end: number): string {
    const length = end - start;
    if (length === 0) return '';
    let low = this.#view.getInt32(start, true);
    let high = 0;
    // What lies behind the string is shifted out.
    if (length <= 4) low &= -1 >>> ((4 - length) * 8);
    else high = this.#view.getInt32(start + 4, true) & (-1 >>> ((8 - length) * 8));
    if (((low | high) & NOT_ASCII) !== 0) return decodeUtf8(this.#bytes, start, end);
    const place = placeOf(low, high);
    const known = shortString(place, low, high, length);
    if (known !== undefined) return known;
    const string = this.#cut(start, end);
    noteShortString(place, low, high, string);
    return string;
  }

  #readLast(start: number, end: number): string {
    let seen = 0;
    for (let at = start; at < end; at++) seen |= this.#bytes[at]!;
    return seen <= 0x7f ? this.#cut(start, end) : decodeUtf8(this.#bytes, start, end);
  }

  /** A string that is ASCII. */
  #cut(start: number, end: number): string {
    if (start < this.#windowStart || end > this.#windowEnd) this.#open(start);
    return this.#window.slice(start - this.#windowStart, end - this.#windowStart);
  }

  #open(start: number): void {
    const end = Math.min(start + WINDOW_BYTES, this.#bytes.length);
    this.#window = decodeLatin1(this.#bytes, start, end);
    this.#windowStart = start;
    this.#windowEnd = end;
  }
}

function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  return utf8Slice === undefined
    ? utf8.decode(bytes.subarray(start, end))
    : utf8Slice.call(bytes, start, end);
}

function decodeLatin1(bytes: Uint8Array, start: number, end: number): string {
  return latin1Slice === undefined
    ? String.fromCharCode(...bytes.subarray(start, end))
    : latin1Slice.call(bytes, start, end);
}
