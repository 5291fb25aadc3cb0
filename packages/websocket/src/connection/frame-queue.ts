/**
 * A first-in first-out queue of finished frames that knows its bytes.
 */

/** Frames that wait for the peer to read. */
export class FrameQueue {
  #frames: (Uint8Array | undefined)[] = [];
  #head = 0;
  #bytes = 0;

  /** Frames that wait. */
  get size(): number {
    return this.#frames.length - this.#head;
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  push(frame: Uint8Array): void {
    this.#frames.push(frame);
    this.#bytes += frame.length;
  }

  peek(): Uint8Array | undefined {
    return this.#frames[this.#head];
  }

  shift(): Uint8Array | undefined {
    const frame = this.#frames[this.#head];
    if (frame === undefined) return undefined;
    this.#frames[this.#head++] = undefined;
    this.#bytes -= frame.length;
    // Compacting at half keeps shift() cheap on average.
    if (this.#head * 2 >= this.#frames.length) {
      this.#frames = this.#frames.slice(this.#head);
      this.#head = 0;
    }
    return frame;
  }

  clear(): void {
    this.#frames = [];
    this.#head = 0;
    this.#bytes = 0;
  }
}
