/**
 * Rows as a Parquet file. Such a file has its directory at its end and cannot grow by a row. So rows are first kept in a file beside it by
 * the sink of JSON Lines, with the same guarantees. The Parquet file is written from that when the crawl ends.
 */
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { checkOptions } from '@oxbow/loop/lowlevel';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { CrawlerOptionError, SinkError } from '../errors.ts';
import type { CrawlSink } from '../sink/crawl-sink.ts';
import { FileOutput } from '../sink/file-output.ts';
import { OutputExistsError, type OutputOptions } from '../sink/output-options.ts';
import {
  checkedColumns,
  checkedValue,
  PAGE_TYPES,
  type ParquetType,
  schemaOf,
  storedValue,
} from './parquet-columns.ts';

/** Options of `parquet`. */
export interface ParquetOptions extends Pick<OutputOptions, 'overwrite'> {
  /** The fields to write and their types, in order; other fields are left out, missing ones are null. Default: those of a page's row. */
  readonly columns?: Readonly<Record<string, ParquetType>>;
  /** Rows of one row group, 1 to `MAX_ROW_GROUP`: as many are in memory while the file is written. Default 10,000. */
  readonly rowGroupSize?: number;
}

/** Rows of the largest row group. */
export const MAX_ROW_GROUP = 1_000_000;
const DEFAULT_ROW_GROUP = 10_000;

/**
 * A sink that writes rows as Parquet (Snappy, typed columns). Rows are committed to `<path>.rows`, each exactly once; the Parquet file is
 * made of them, whole or not at all, whenever the crawl ends, an interruption included. When nobody will go on with the crawl, the `.rows` may be
 * removed. A record whose values are of other types than its columns fails its page.
 * @throws CrawlerOptionError for columns and values that cannot be used; to append is refused
 * @throws SinkError from the crawl when a file cannot be opened, written or cut back
 * @throws OutputExistsError from the crawl, before its first request, when the file is somebody else's
 *
 * @example
 * ```ts
 * import { Crawler } from '@oxbow/crawler';
 * import { parquet } from '@oxbow/crawler/parquet';
 *
 * await new Crawler({ seeds: 'https://example.org/' }).to(parquet('pages.parquet'));
 * ```
 */
export function parquet(path: string, options: ParquetOptions = {}): CrawlSink {
  if ('append' in options && options.append === true)
    throw new CrawlerOptionError(
      'append',
      'a Parquet file cannot be appended to: say overwrite: true, or name another file',
    );
  const { append: _append, ...given } = options as ParquetOptions & OutputOptions;
  checkOptions(given, ['columns', 'rowGroupSize', 'overwrite'], 'parquet()');
  const { rowGroupSize = DEFAULT_ROW_GROUP, overwrite = false } = given;
  if (!(Number.isInteger(rowGroupSize) && rowGroupSize >= 1 && rowGroupSize <= MAX_ROW_GROUP)) {
    const what = `rowGroupSize is a whole number from 1 to ${MAX_ROW_GROUP}, not ${String(rowGroupSize)}`;
    throw new CrawlerOptionError('rowGroupSize', what);
  }
  return new ParquetOutput(path, checkedColumns(given.columns ?? PAGE_TYPES), rowGroupSize, overwrite);
}

type Columns = readonly (readonly [string, ParquetType])[];

class ParquetOutput extends FileOutput {
  override readonly path: string;
  override readonly output: string;
  readonly #columns: Columns;
  readonly #rowGroupSize: number;
  readonly #overwrite: boolean;
  #isOpen = false;

  constructor(path: string, columns: Columns, rowGroupSize: number, overwrite: boolean) {
    const line = (row: unknown): string => `${JSON.stringify(valuesOf(row, columns))}\n`;
    super(`${path}.rows`, { head: '', line }, { overwrite });
    this.path = path;
    this.output = basename(path);
    this.#columns = columns;
    this.#rowGroupSize = rowGroupSize;
    this.#overwrite = overwrite;
  }

  override async open(checkpoint: unknown, isOwn = false): Promise<void> {
    const there = await stat(this.path).catch(() => undefined);
    if (there !== undefined && checkpoint === undefined && !isOwn && !this.#overwrite)
      throw new OutputExistsError(this.path, `it has ${there.size} bytes already`);
    await super.open(checkpoint, isOwn);
    this.#isOpen = true;
  }

  override async close(): Promise<void> {
    await super.close();
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const part = `${this.path}.part`;
    try {
      await this.#write(part);
      await rename(part, this.path);
    } catch (cause) {
      await rm(part, { force: true });
      throw new SinkError(this.path, `cannot be written: ${(cause as Error).message}`, { cause });
    }
  }

  async #write(part: string): Promise<void> {
    const file = await open(part, 'w');
    try {
      const writer = new FileWriter(file);
      const parquetWriter = new ParquetWriter({
        writer,
        schema: schemaOf(this.#columns),
        createdBy: '@oxbow/crawler',
      });
      for await (const group of groupsOf(`${this.path}.rows`, this.#rowGroupSize)) {
        const columnData = this.#columns.map(([name, type], at) => ({
          name,
          data: group.map((values) => storedValue(type, values[at])),
        }));
        await parquetWriter.write({ columnData, rowGroupSize: this.#rowGroupSize });
      }
      await parquetWriter.finish();
      await file.datasync();
    } finally {
      await file.close();
    }
  }
}

function valuesOf(row: unknown, columns: Columns): unknown[] {
  const record = typeof row === 'object' && row !== null ? (row as Record<string, unknown>) : {};
  return columns.map(([name, type]) =>
    checkedValue(name, type, Object.hasOwn(record, name) ? record[name] : null),
  );
}

async function* groupsOf(path: string, size: number): AsyncGenerator<unknown[][]> {
  let group: unknown[][] = [];
  for await (const line of createInterface({ input: createReadStream(path) })) {
    group.push(JSON.parse(line) as unknown[]);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** Brings what the library has written to a file, after each row group. */
class FileWriter extends ByteWriter {
  readonly #file: FileHandle;

  constructor(file: FileHandle) {
    super();
    this.#file = file;
  }

  async flush(): Promise<void> {
    const bytes = this.getBytes();
    for (let written = 0; written < bytes.length; )
      written += (await this.#file.write(bytes, written, bytes.length - written, null)).bytesWritten;
    this.index = 0;
  }

  override finish(): Promise<void> {
    return this.flush();
  }
}
