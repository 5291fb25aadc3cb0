// Strings out of a chunk, fast: short ones are cut from a text that was made of several at once, since making a string costs more
// than its bytes. It knows positions and UTF-8, and no token.
//
// A cut string keeps the text it was cut from in memory, so that text is small: a value held for long holds half a KiB, not a chunk.

/** Bytes made into text at once. Larger gains nothing measurable (2026-11: 512 to 64 KiB the same, 256 slower). */
const WINDOW_BYTES = 512;

/** Longer strings are made by themselves: they share nothing, and the check for ASCII byte by byte would cost more. */
const LONGEST_CUT_BYTES = 64;

/** Node's way from bytes to text, absent elsewhere. */
type Slice = (this: Uint8Array, start: number, end: number) => string;

const node = (globalThis as { Buffer?: { prototype: { latin1Slice?: Slice; utf8Slice?: Slice } } }).Buffer
  ?.prototype;
const latin1Slice = node?.latin1Slice;
const utf8Slice = node?.utf8Slice;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads strings from one chunk after another. Malformed sequences become U+FFFD. */
export class StringReader {
  #bytes: Uint8Array;
  #window = '';
  #windowStart = 0;
  #windowEnd = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Starts on another chunk, and lets go of the one before. */
  begin(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#window = '';
    this.#windowEnd = 0;
  }

  /** The string in `[start, end)` of the chunk; a later call may lie before this one, at the cost of speed only. */
  read(start: number, end: number): string {
    const bytes = this.#bytes;
    if (end - start > LONGEST_CUT_BYTES) return decodeUtf8(bytes, start, end);
    let seen = 0;
    for (let at = start; at < end; at++) seen |= bytes[at]!;
    if (seen > 0x7f) return decodeUtf8(bytes, start, end);
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
