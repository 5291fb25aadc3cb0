/**
 * The end of a process's output, within a bound.
 */

/** Keeps the last bytes written to it and counts what it dropped. */
export class LogTail {
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #droppedBytes = 0;

  /** @param maxBytes how many bytes are kept, at least */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Adds output; whole chunks are dropped from the front once what is left still fills the bound. */
  write(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    while (this.#bytes - (this.#chunks[0]?.length ?? 0) >= this.#maxBytes) {
      const dropped = this.#chunks.shift()?.length ?? 0;
      this.#bytes -= dropped;
      this.#droppedBytes += dropped;
    }
  }

  /** What was kept, with a first line that says how much is missing, if any is. */
  text(): string {
    const kept = Buffer.concat(this.#chunks).toString();
    return this.#droppedBytes === 0 ? kept : `[${this.#droppedBytes} earlier bytes left out]\n${kept}`;
  }
}
