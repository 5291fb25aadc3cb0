/** One file that grows at its end and can be cut back: what the sinks of lines have in common. It does not know rows. */
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { SinkError } from '../errors.ts';
import type { CrawlSink } from './crawl-sink.ts';
import { beginningOf, OutputExistsError, type OutputOptions } from './output-options.ts';

/** Turns rows into text or bytes. */
export interface RowFormat {
  /** What stands at the beginning of a new file; may be empty. */
  readonly head: string;
  /** One row with its end. What it throws fails the row's page. */
  line(row: unknown): string | Uint8Array;
  /**
   * What stands behind the last row once the output is closed; cut off again when it is gone on with. Default: nothing.
   * @param path undefined where the file cannot be read again @param bytes how far the rows go
   */
  tail?(path: string | undefined, bytes: number): AsyncIterable<string> | Iterable<string>;
}

/** Bytes that are written at a time: rows of many links are large. */
const MAX_PIECE_BYTES = 4 * 1024 * 1024;
/** The path of standard output, as on many command lines. */
const STANDARD_OUTPUT = '-';

/** A row that was brought to its form already. */
class PreparedRow {
  readonly data: Uint8Array;

  constructor(data: string | Uint8Array) {
    this.data = typeof data === 'string' ? Buffer.from(data) : data;
  }
}

/**
 * A sink that appends rows to a file. Its checkpoint is the file's length in bytes. A pipe or a terminal (`/dev/stdout`, or `-` for
 * standard output) takes rows too, but what it was given cannot be taken back: a crawl that was interrupted cannot go on there.
 */
export class FileOutput implements CrawlSink {
  readonly commit = 'with-frontier' as const;
  readonly output: string;
  readonly path: string;
  readonly startsAnother: boolean;
  readonly #path: string;
  readonly #format: RowFormat;
  readonly #beginning: 'new' | 'append' | 'overwrite';
  #file: FileHandle | undefined;
  #isRegular = true;
  /** The file is this crawl's to write. */
  #hasBegun = false;
  #bytes = 0;
  /** Where rows of this crawl begin: behind what was there before. */
  #startBytes = 0;

  constructor(path: string, format: RowFormat, options: OutputOptions = {}) {
    this.#path = path;
    this.path = path;
    this.#format = format;
    this.#beginning = beginningOf(options);
    this.output = path === STANDARD_OUTPUT ? path : basename(path);
    this.startsAnother = this.#beginning !== 'new';
  }

  async open(checkpoint: unknown, isOwn = false): Promise<void> {
    if (this.#path === STANDARD_OUTPUT) {
      this.#isRegular = false;
      if (checkpoint !== undefined) await this.cutBack(checkpoint);
      this.#hasBegun = true;
      return;
    }
    await this.#named('cannot be opened', async () => {
      this.#file = await this.#openFile(checkpoint !== undefined);
      this.#isRegular = (await this.#file.stat()).isFile();
    });
    try {
      if (checkpoint === undefined) await this.#begin(isOwn);
      else await this.cutBack(checkpoint);
      this.#hasBegun = true;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  prepare(row: unknown): unknown {
    return new PreparedRow(this.#format.line(row));
  }

  async write(rows: readonly unknown[]): Promise<unknown> {
    if (rows.length === 0) return this.#bytes;
    let pieces: Uint8Array[] = this.#needsHead() ? [Buffer.from(this.#format.head)] : [];
    let length = 0;
    for (const row of rows) {
      const { data } = row instanceof PreparedRow ? row : new PreparedRow(this.#format.line(row));
      pieces.push(data);
      length += data.length;
      if (length < MAX_PIECE_BYTES) continue;
      await this.#append(Buffer.concat(pieces));
      pieces = [];
      length = 0;
    }
    await this.#append(Buffer.concat(pieces));
    return this.#bytes;
  }

  async sync(): Promise<void> {
    if (!this.#isRegular) return;
    await this.#named('cannot be flushed', () => this.#opened().datasync());
  }

  async cutBack(checkpoint: unknown): Promise<void> {
    const bytes = checkpoint ?? this.#startBytes;
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
  }

  /** Writes the end, and the head of a file that has come to no row, so that it says what it is. */
  async close(): Promise<void> {
    const file = this.#file;
    if (!this.#hasBegun) {
      this.#file = undefined;
      await this.#named('cannot be closed', async () => file?.close());
      return;
    }
    try {
      if (this.#needsHead()) await this.#append(Buffer.from(this.#format.head));
      await this.#writeTail();
    } finally {
      this.#file = undefined;
      this.#hasBegun = false;
      await this.#named('cannot be closed', async () => file?.close());
    }
  }

  async #writeTail(): Promise<void> {
    const rowBytes = this.#bytes;
    const tail = this.#format.tail?.(this.#isRegular ? this.#path : undefined, rowBytes) ?? [];
    await this.#named('cannot be written', async () => {
      for await (const text of tail) await this.#append(Buffer.from(text));
    });
  }

  async #openFile(isKnown: boolean): Promise<FileHandle> {
    if (isKnown || this.#beginning === 'append') {
      try {
        return await open(this.#path, 'r+');
      } catch (error) {
        if (isKnown || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
    // Nothing is emptied by opening: 'a' makes the file where there is none. Positions are given with each write of 'r+' only.
    const made = await open(this.#path, 'a');
    if (!(await made.stat()).isFile()) return made;
    await made.close();
    return open(this.#path, 'r+');
  }

  async #begin(isOwn: boolean): Promise<void> {
    if (!this.#isRegular) return;
    const { size } = await this.#opened().stat();
    if (size === 0) return;
    if (this.#beginning === 'new' && !isOwn)
      throw new OutputExistsError(this.#path, `it has ${size} bytes already`);
    if (this.#beginning !== 'append') {
      await this.#named('cannot be emptied', () => this.#opened().truncate(0));
      return;
    }
    await this.#checkEnds(size);
    this.#startBytes = this.#bytes;
  }

  /** What is appended to has the same head, and its last row is whole. */
  async #checkEnds(size: number): Promise<void> {
    const { head } = this.#format;
    const start = Buffer.alloc(Buffer.byteLength(head));
    const last = Buffer.alloc(1);
    await this.#named('cannot be read', async () => {
      await this.#opened().read(start, 0, start.length, 0);
      await this.#opened().read(last, 0, 1, size - 1);
    });
    if (start.toString() !== head)
      throw new SinkError(
        this.#path,
        `it does not begin with ${JSON.stringify(head)}: its columns are others`,
      );
    this.#bytes = size;
    if (last.toString() !== '\n') await this.#append(Buffer.from('\n'));
  }

  #needsHead(): boolean {
    return this.#hasBegun && this.#bytes === 0 && this.#format.head !== '';
  }

  async #append(data: Uint8Array): Promise<void> {
    await this.#named('cannot be written', async () => {
      if (this.#path === STANDARD_OUTPUT) {
        await writeToStandardOutput(data);
        return;
      }
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

/** Resolves when the data is out of this process. */
function writeToStandardOutput(data: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(data, (error) => (error ? reject(error) : resolve()));
  });
}
