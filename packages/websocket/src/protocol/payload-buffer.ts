/**
 * Collects the payload of one message from pieces by copying them together, so that a message in a million tiny
 * pieces costs its bytes and no more. Grows with the bytes that arrive, never by what a header announced.
 */
import { CloseCode } from './close-code.ts';
import { ProtocolViolation } from './errors.ts';

/** The first memory taken for a message that does not come in one piece, in bytes. */
const FIRST_CAPACITY_BYTES = 1_024;

/**
 * How many times what is needed is taken while a message is small: one in two or three pieces is then copied once. Large
 * ones double. Either way a message in any number of pieces is copied less than twice altogether.
 */
const SMALL_GROWTH = 4;
const LARGE_GROWTH = 2;
const LARGE_BYTES = 65_536;

/** Shared by all buffers that hold nothing. */
const EMPTY = new Uint8Array(0);

/** A growing run of bytes. */
export class PayloadBuffer {
  #bytes: Uint8Array = EMPTY;
  #length = 0;

  /** Bytes collected. */
  get length(): number {
    return this.#length;
  }

  /**
   * Appends a copy of `bytes[start…end)`.
   *
   * @param mostLength where the message is known to end at the latest: its very length once its last frame announced
   *   it, the limit before. Growing stops there, never at what the frames so far announced: that would copy everything
   *   for every fragment.
   */
  append(bytes: Uint8Array, start: number, end: number, mostLength: number): void {
    const needed = this.#length + end - start;
    if (needed > this.#bytes.length) this.#grow(needed, mostLength);
    this.#bytes.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), this.#length);
    this.#length = needed;
  }

  /** The collected bytes, which are the caller's from now on; the buffer is empty again. */
  take(): Uint8Array {
    const taken = this.#length === this.#bytes.length ? this.#bytes : this.#bytes.slice(0, this.#length);
    this.clear();
    return taken;
  }

  /** The collected bytes to look at, without taking them; valid until the next call. */
  peek(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Drops what was collected and its memory. */
  clear(): void {
    this.#bytes = EMPTY;
    this.#length = 0;
  }

  #grow(needed: number, mostLength: number): void {
    const growth = needed < LARGE_BYTES ? SMALL_GROWTH : LARGE_GROWTH;
    const wanted = Math.max(needed * growth, FIRST_CAPACITY_BYTES);
    const grown = allocate(Math.max(needed, Math.min(wanted, mostLength)));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

/** @throws ProtocolViolation (1009) when the machine has no such memory: the limit was set beyond what it can hold */
function allocate(bytes: number): Uint8Array {
  try {
    return new Uint8Array(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = `a message of ${bytes} bytes is more than this machine can hold`;
    throw new ProtocolViolation('MESSAGE_TOO_BIG', CloseCode.MESSAGE_TOO_BIG, message, undefined, bytes);
  }
}
