/**
 * Collects the payload of one message from pieces by copying them together, so that a message in a million tiny
 * pieces costs its bytes and no more. Grows with the bytes that arrive, never by what a header announced.
 */

/** The first memory taken for a message that does not come in one piece, in bytes. */
const FIRST_CAPACITY_BYTES = 1_024;

/** How many times what is needed is taken: a message in two or three pieces is then copied once. */
const GROWTH = 4;

/** A growing run of bytes. */
export class PayloadBuffer {
  #bytes: Uint8Array = new Uint8Array(0);
  #length = 0;

  /** Bytes collected. */
  get length(): number {
    return this.#length;
  }

  /**
   * Appends a copy of `bytes[start…end)`.
   *
   * @param expectedLength where the message is known to reach at least; growing stops there first, so that a
   *   message of one frame ends in memory of its own size
   */
  append(bytes: Uint8Array, start: number, end: number, expectedLength: number): void {
    const needed = this.#length + end - start;
    if (needed > this.#bytes.length) this.#grow(needed, expectedLength);
    this.#bytes.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), this.#length);
    this.#length = needed;
  }

  /** The collected bytes, which are the caller's from now on; the buffer is empty again. */
  take(): Uint8Array {
    const taken = this.#length === this.#bytes.length ? this.#bytes : this.#bytes.slice(0, this.#length);
    this.clear();
    return taken;
  }

  /** Drops what was collected and its memory. */
  clear(): void {
    this.#bytes = new Uint8Array(0);
    this.#length = 0;
  }

  #grow(needed: number, expectedLength: number): void {
    const wanted = Math.max(needed * GROWTH, FIRST_CAPACITY_BYTES);
    const grown = new Uint8Array(Math.max(needed, Math.min(wanted, expectedLength)));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
