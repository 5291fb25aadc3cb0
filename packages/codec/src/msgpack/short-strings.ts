// The short strings that were read last, so that a word that keeps coming ("GET", "/", "active") is made once. One table for the process: it
// holds so many strings of so few characters and no more, whatever is read.
//
// A string is found by its bytes themselves, packed into two integers, never by a hash of them alone: two strings in one place replace each
// other, which costs the time to make them anew, and that is all a hostile peer can bring about.

/** Longer strings are not kept: eight bytes are two integers. */
export const LONGEST_SHORT_BYTES = 8;

/** Places in the table, a power of two. */
const PLACES = 512;
const PLACE_BITS: number = Math.log2(PLACES);

const lows = new Int32Array(PLACES);
const highs = new Int32Array(PLACES);
const strings: string[] = new Array<string>(PLACES).fill('');

/** The place of a string whose bytes, little-endian and zero-filled, are `low` and `high`. */
export function placeOf(low: number, high: number): number {
  return Math.imul(low ^ Math.imul(high, 0x9e37_79b1), 0x85eb_ca6b) >>> (32 - PLACE_BITS);
}

/** The string of these bytes, if it is at `place`. */
export function shortString(place: number, low: number, high: number, length: number): string | undefined {
  if (lows[place] !== low || highs[place] !== high) return undefined;
  const string = strings[place]!;
  // "a" and "a\0" are the same integers.
  return string.length === length ? string : undefined;
}

/**
 * Notes that `string` was read. It is kept from the second time on: most strings that come once never come again, and an old table
 * that refers to a new string costs the collector more than making the string.
 */
export function noteShortString(place: number, low: number, high: number, string: string): void {
  if (lows[place] === low && highs[place] === high) {
    strings[place] = string;
    return;
  }
  lows[place] = low;
  highs[place] = high;
  strings[place] = '';
}
