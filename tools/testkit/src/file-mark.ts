/**
 * The marks in the output of a process that runs several test files: which file the output from here on belongs to.
 */

/** A control character (RS, record separator) that no test prints for a reader. */
const EDGE = String.fromCharCode(0x1e);

const MARK = new RegExp(`^${EDGE}(\\d+)${EDGE}\\n`);
const BEGINNING_OF_MARK = new RegExp(`^${EDGE}\\d*${EDGE}?$`);

/** No mark is longer, in bytes. */
const MAX_MARK_BYTES = 16;

/** The mark in front of the output of the file with this index. */
export function fileMark(index: number): string {
  return `${EDGE}${index}${EDGE}\n`;
}

/** Takes one output stream apart at its marks, wherever its chunks are cut. */
export class MarkReader {
  readonly #onOutput: (index: number, chunk: Buffer) => void;
  readonly #onMark: (index: number) => void;
  #index = 0;
  #held: Buffer = Buffer.alloc(0);

  /**
   * @param onOutput gets each piece of output with the index of its file, 0 before the first mark
   * @param onMark told of each mark
   */
  constructor(onOutput: (index: number, chunk: Buffer) => void, onMark: (index: number) => void = () => {}) {
    this.#onOutput = onOutput;
    this.#onMark = onMark;
  }

  write(chunk: Buffer): void {
    let rest = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = Buffer.alloc(0);
    for (let from = 0; ; ) {
      const at = rest.indexOf(EDGE, from);
      if (at === -1) break;
      const mark = MARK.exec(rest.toString('latin1', at, at + MAX_MARK_BYTES));
      if (mark !== null) {
        this.#output(rest.subarray(0, at));
        this.#index = Number(mark[1]);
        this.#onMark(this.#index);
        rest = rest.subarray(at + mark[0].length);
        from = 0;
      } else if (rest.length - at < MAX_MARK_BYTES && BEGINNING_OF_MARK.test(rest.toString('latin1', at))) {
        this.#output(rest.subarray(0, at));
        this.#held = rest.subarray(at);
        return;
      } else {
        from = at + 1;
      }
    }
    this.#output(rest);
  }

  /** What was held back as the possible beginning of a mark is output after all. */
  end(): void {
    this.#output(this.#held);
    this.#held = Buffer.alloc(0);
  }

  #output(chunk: Buffer): void {
    if (chunk.length > 0) this.#onOutput(this.#index, chunk);
  }
}
