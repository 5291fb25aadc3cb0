/**
 * A first-in first-out queue of finished frames that knows its bytes, and costs little more than them. Small frames lie
 * side by side in blocks, because an array for each would cost many times what it holds. Large frames stay where they
 * are, so that a broadcast to many peers is held once.
 */

/** A frame this large is kept as it is; what its array costs beside it is then under a tenth. */
const LARGE_BYTES = 2_048;

/** The memory small frames are copied into. A multiple of what the smallest budget needs. */
const BLOCK_BYTES = 4_096;

/** Frames in one piece of memory, read from the front. */
interface Block {
  readonly memory: Uint8Array;
  /** Where the first frame that still waits begins, and where the next one would. */
  start: number;
  end: number;
  /** Whether frames may be appended: the memory is the queue's own. */
  readonly isOwn: boolean;
}

/** Frames that wait for the peer to read. */
export class FrameQueue {
  #blocks: (Block | undefined)[] = [];
  #firstBlock = 0;
  /** The frames' sizes, in order. */
  #sizes: number[] = [];
  #firstSize = 0;
  #bytes = 0;

  /** Frames that wait. */
  get size(): number {
    return this.#sizes.length - this.#firstSize;
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Appends a frame; a large one must never change from here on. */
  push(frame: Uint8Array): void {
    const size = frame.length;
    this.#sizes.push(size);
    this.#bytes += size;
    if (size >= LARGE_BYTES) {
      this.#blocks.push({ memory: frame, start: 0, end: size, isOwn: false });
      return;
    }
    let block = this.#blocks[this.#blocks.length - 1];
    if (block === undefined || !block.isOwn || block.end + size > BLOCK_BYTES) {
      block = { memory: new Uint8Array(BLOCK_BYTES), start: 0, end: 0, isOwn: true };
      this.#blocks.push(block);
    }
    block.memory.set(frame, block.end);
    block.end += size;
  }

  /** The first frame, which stays. */
  peek(): Uint8Array | undefined {
    if (this.size === 0) return undefined;
    const { memory, start } = this.#blocks[this.#firstBlock]!;
    const size = this.#sizes[this.#firstSize]!;
    return start === 0 && memory.length === size ? memory : memory.subarray(start, start + size);
  }

  /** Takes the first frame. Its memory is not written to again. */
  shift(): Uint8Array | undefined {
    const frame = this.peek();
    if (frame === undefined) return undefined;
    const block = this.#blocks[this.#firstBlock]!;
    block.start += frame.length;
    this.#bytes -= frame.length;
    this.#firstSize += 1;
    if (block.start === block.end) this.#dropBlock();
    // Compacting at half keeps shift() cheap on average.
    if (this.#firstSize * 2 >= this.#sizes.length) {
      this.#sizes = this.#sizes.slice(this.#firstSize);
      this.#firstSize = 0;
    }
    return frame;
  }

  clear(): void {
    this.#blocks = [];
    this.#firstBlock = 0;
    this.#sizes = [];
    this.#firstSize = 0;
    this.#bytes = 0;
  }

  #dropBlock(): void {
    this.#blocks[this.#firstBlock++] = undefined;
    if (this.#firstBlock * 2 < this.#blocks.length) return;
    this.#blocks = this.#blocks.slice(this.#firstBlock);
    this.#firstBlock = 0;
  }
}
