/**
 * A streaming UTF-8 check (RFC 3629). It says no at the first octet that cannot belong to any valid text: inside a
 * code point, inside a frame, inside a fragment. RFC 6455 §8.1 asks to fail, and waiting for the message's end
 * would only help an attacker. It validates and does not decode.
 *
 * The state is what may come next: how many continuation octets are still missing, and the range of the next one.
 * Only the first continuation octet has a narrower range than 80–BF (RFC 3629 §4):
 *
 *   C2–DF + 1 · E0 A0–BF + 1 · E1–EC, EE–EF + 2 · ED 80–9F + 1 (no surrogates) · F0 90–BF + 2 · F1–F3 + 3 · F4 80–8F + 2
 */

/** Checks one text that comes in pieces. */
export class Utf8Validator {
  #missing = 0;
  #lowest = 0x80;
  #highest = 0xbf;

  /** Whether what came so far ends between two code points. */
  get complete(): boolean {
    return this.#missing === 0;
  }

  /** Begins a new text. */
  reset(): void {
    this.#missing = 0;
    this.#lowest = 0x80;
    this.#highest = 0xbf;
  }

  /** Takes the next piece, `bytes[start…end)`; false as soon as the text cannot become valid any more. */
  push(bytes: Uint8Array, start: number, end: number): boolean {
    let missing = this.#missing;
    let at = start;
    while (at < end) {
      const byte = bytes[at++]!;
      if (missing > 0) {
        if (byte < this.#lowest || byte > this.#highest) return false;
        this.#lowest = 0x80;
        this.#highest = 0xbf;
        missing -= 1;
      } else if (byte > 0x7f) {
        missing = this.#lead(byte);
        if (missing === 0) return false;
      } else {
        while (at < end && bytes[at]! < 0x80) at += 1;
      }
    }
    this.#missing = missing;
    return true;
  }

  /** How many continuation octets a leading octet asks for; 0 when it cannot lead. */
  #lead(byte: number): number {
    if (byte >= 0xc2 && byte <= 0xdf) return 1;
    if (byte >= 0xe0 && byte <= 0xef) {
      if (byte === 0xe0) this.#lowest = 0xa0;
      if (byte === 0xed) this.#highest = 0x9f;
      return 2;
    }
    if (byte >= 0xf0 && byte <= 0xf4) {
      if (byte === 0xf0) this.#lowest = 0x90;
      if (byte === 0xf4) this.#highest = 0x8f;
      return 3;
    }
    return 0;
  }
}
