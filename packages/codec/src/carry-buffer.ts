/**
 * Holds the bytes of one message that a chunk boundary has cut, so that no decoder keeps the chunk itself. It copies what it
 * is given, grows by doubling, and gives its memory back once a large message is through. It knows no format and no limit:
 * its users check theirs before they append.
 */

/** First allocation, and what is kept between messages, in bytes: most cut lines and records fit, an idle stream costs one page. */
const KEPT_CAPACITY_BYTES = 4096;

/** A growing byte buffer for the part of a message seen so far. */
export class CarryBuffer {
  #bytes: Uint8Array = new Uint8Array(0);
  #length = 0;

  /** Bytes held. */
  get length(): number {
    return this.#length;
  }

  /** Copies `source[start, end)` to the end. */
  append(source: Uint8Array, start: number, end: number): void {
    const needed = this.#length + end - start;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2, KEPT_CAPACITY_BYTES));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(
      start === 0 && end === source.length ? source : source.subarray(start, end),
      this.#length,
    );
    this.#length = needed;
  }

  /** A view of what is held, good only until the next `append` or `clear`. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Forgets what is held; a large allocation is let go. */
  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > KEPT_CAPACITY_BYTES) this.#bytes = new Uint8Array(0);
  }
}
