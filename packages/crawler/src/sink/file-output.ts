/** One file that grows at its end and can be cut back: what jsonl and csv have in common. It does not know rows. */
import { type FileHandle, open } from 'node:fs/promises';
import { SinkError } from '../errors.ts';
import type { CrawlSink } from './crawl-sink.ts';

/** Turns rows into bytes. */
export interface RowFormat {
  /** What stands at the beginning of a new file; may be empty. */
  readonly head: string;
  /** One row with its line end. */
  line(row: unknown): string;
}

/** Characters that are written at a time: rows of many links are large, and a string has at most half a billion. */
const MAX_PIECE_CHARS = 4 * 1024 * 1024;

/**
 * A sink that appends lines to a file. Its checkpoint is the file's length in bytes. A pipe or a terminal (`/dev/stdout`) takes rows
 * too, but what it was given cannot be taken back: a crawl that was interrupted cannot go on there.
 */
export class FileOutput implements CrawlSink {
  readonly commit = 'with-frontier' as const;
  readonly #path: string;
  readonly #format: RowFormat;
  #file: FileHandle | undefined;
  #isRegular = true;
  #bytes = 0;

  constructor(path: string, format: RowFormat) {
    this.#path = path;
    this.#format = format;
  }

  async open(checkpoint: unknown): Promise<void> {
    await this.#named('cannot be opened', async () => {
      this.#file = await open(this.#path, checkpoint === undefined ? 'w' : 'r+');
      this.#isRegular = (await this.#file.stat()).isFile();
    });
    try {
      await this.cutBack(checkpoint);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async write(rows: readonly unknown[]): Promise<unknown> {
    let text = '';
    for (const row of rows) {
      text += this.#format.line(row);
      if (text.length < MAX_PIECE_CHARS) continue;
      await this.#append(text);
      text = '';
    }
    await this.#append(text);
    return this.#bytes;
  }

  async sync(): Promise<void> {
    if (!this.#isRegular) return;
    await this.#named('cannot be flushed', () => this.#opened().datasync());
  }

  async cutBack(checkpoint: unknown): Promise<void> {
    const bytes = checkpoint ?? 0;
    if (typeof bytes !== 'number')
      throw new SinkError(this.#path, `a checkpoint of it is a number of bytes, not ${typeof bytes}`);
    if (!this.#isRegular && (bytes > 0 || this.#bytes > 0))
      throw new SinkError(this.#path, 'it is no regular file: what was written to it cannot be taken back');
    await this.#named('cannot be cut back', async () => {
      if (!this.#isRegular) return;
      const { size } = await this.#opened().stat();
      if (size < bytes) {
        throw new SinkError(
          this.#path,
          `it has ${size} bytes, but ${bytes} were written before: it is not the output of this crawl`,
        );
      }
      await this.#opened().truncate(bytes);
    });
    this.#bytes = bytes;
    if (bytes === 0) await this.#append(this.#format.head);
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await this.#named('cannot be closed', async () => file?.close());
  }

  async #append(text: string): Promise<void> {
    const data = Buffer.from(text);
    await this.#named('cannot be written', async () => {
      for (let written = 0; written < data.length; ) {
        const { bytesWritten } = await this.#opened().write(
          data,
          written,
          data.length - written,
          this.#isRegular ? this.#bytes + written : null,
        );
        written += bytesWritten;
      }
    });
    this.#bytes += data.length;
  }

  #opened(): FileHandle {
    if (this.#file === undefined) throw new SinkError(this.#path, 'the output is not open');
    return this.#file;
  }

  async #named(what: string, act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (cause) {
      if (cause instanceof SinkError) throw cause;
      throw new SinkError(this.#path, `${what}: ${(cause as Error).message}`, { cause });
    }
  }
}
