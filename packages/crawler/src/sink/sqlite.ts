/** Rows as a table of a SQLite file, written in a thread of its own. What the thread does is in sqlite-rows. */
import { basename } from 'node:path';
import { checkOptions, outsideAllTasks } from '@oxbow/loop/lowlevel';
import { type InThread, moduleAt, openInThread } from '@oxbow/threads';
import { CrawlerOptionError, SinkError } from '../errors.ts';
import type { CrawlSink } from './crawl-sink.ts';
import { beginningOf, OUTPUT_OPTION_NAMES, OutputExistsError, type OutputOptions } from './output-options.ts';
import { PAGE_COLUMNS } from './page-columns.ts';
import type { RowValues, SqliteRows } from './sqlite-rows.ts';

/** Options of `sqlite`. */
export interface SqliteOptions extends OutputOptions {
  /** The table; made if it is not there. Default `pages`. */
  readonly table?: string;
  /** The fields to write, each a column; other fields are left out, missing ones are NULL. Default: those of a page's row. */
  readonly columns?: readonly string[];
}

/**
 * A sink that writes each row as one row of a SQLite table, whose column `row` counts them from 1. It begins a table that is new or
 * empty, goes on where the frontier's checkpoint says, and refuses any other table unless `options` say what to do with it. Lists and objects are JSON text, so `json_each(links)` reads them.
 * @throws SinkError from the crawl when the file cannot be opened, written or cut back
 *
 * @example
 * ```ts
 * import { Crawler, sqlite } from '@oxbow/crawler';
 *
 * await new Crawler({ seeds: 'https://example.org/' }).to(sqlite('crawl.sqlite', { table: 'pages' }));
 * ```
 */
export function sqlite(path: string, options: SqliteOptions = {}): CrawlSink {
  checkOptions(options, ['table', 'columns', ...OUTPUT_OPTION_NAMES], 'sqlite()');
  const { table = 'pages', columns = PAGE_COLUMNS } = options;
  if (columns.length === 0) throw new CrawlerOptionError('columns', 'sqlite() needs at least one column');
  if (columns.some((column) => column.toLowerCase() === 'row')) {
    throw new CrawlerOptionError('columns', 'the column "row" is kept for the number of the row');
  }
  return new SqliteOutput(path, table, columns, beginningOf(options));
}

/** Node 22 calls node:sqlite experimental, on every start of a thread; what is used of it has not changed since. */
const QUIET = process.versions.deno === undefined ? ['--disable-warning=ExperimentalWarning'] : [];

/** A row that was brought to its form already. */
class PreparedRow {
  readonly values: RowValues;

  constructor(values: RowValues) {
    this.values = values;
  }
}

class SqliteOutput implements CrawlSink {
  readonly commit = 'with-frontier' as const;
  readonly output: string;
  readonly path: string;
  readonly startsAnother: boolean;
  readonly #beginning: 'new' | 'append' | 'overwrite';
  readonly #path: string;
  readonly #table: string;
  readonly #columns: readonly string[];
  #rows: InThread<SqliteRows> | undefined;

  constructor(
    path: string,
    table: string,
    columns: readonly string[],
    beginning: 'new' | 'append' | 'overwrite',
  ) {
    this.#beginning = beginning;
    this.output = `${basename(path)}#${table}`;
    this.startsAnother = beginning !== 'new';
    this.#path = path;
    this.path = path;
    this.#table = table;
    this.#columns = columns;
  }

  prepare(row: unknown): unknown {
    return new PreparedRow(this.#columns.map((column) => cell(row, column)));
  }

  async open(checkpoint: unknown, isOwn = false): Promise<void> {
    // By its URL: Bun cannot read a closure. Sources run unbuilt, so the module has the ending that this file has.
    const file = `./sqlite-rows${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`;
    const module = moduleAt<typeof import('./sqlite-rows.ts')>(new URL(file, import.meta.url));
    const options = { module, name: this.#path, execArgv: QUIET };
    // On behalf of nobody, and of no run(): rows are written to the end also when the crawling task is cancelled.
    this.#rows = await this.#translated(async () => {
      // Later than the turn this was called in, which belongs to a loop.
      await undefined;
      return openInThread(options, 'SqliteRows', this.#path, this.#table, this.#columns);
    });
    try {
      if (checkpoint === undefined) await this.#begin(isOwn);
      else await this.cutBack(checkpoint);
    } catch (error) {
      await this.close().catch(() => {});
      throw error;
    }
  }

  write(rows: readonly unknown[]): Promise<unknown> {
    const values = rows.map((row) =>
      row instanceof PreparedRow ? row.values : this.#columns.map((column) => cell(row, column)),
    );
    return this.#translated(() => this.#open().write(values));
  }

  sync(): Promise<void> {
    return this.#translated(() => this.#open().sync());
  }

  async cutBack(checkpoint: unknown): Promise<void> {
    if (checkpoint !== undefined && typeof checkpoint !== 'number') {
      throw new SinkError(this.#path, `a checkpoint of it is a number of rows, not ${typeof checkpoint}`);
    }
    await this.#translated(() => this.#open().cutBack(checkpoint));
  }

  async close(): Promise<void> {
    const rows = this.#rows;
    if (rows === undefined) return;
    this.#rows = undefined;
    await this.#translated(() => rows.close());
  }

  async #begin(isOwn: boolean): Promise<void> {
    const beginning = isOwn && this.#beginning === 'new' ? 'overwrite' : this.#beginning;
    const there = await this.#translated(() => this.#open().begin(beginning));
    if (there > 0)
      throw new OutputExistsError(this.#path, `its table "${this.#table}" has ${there} rows already`);
  }

  #open(): InThread<SqliteRows> {
    if (this.#rows === undefined) throw new SinkError(this.#path, 'the output is not open');
    return this.#rows;
  }

  /** Waits on behalf of nobody, and gives errors the name of the file. */
  #translated<T>(call: () => PromiseLike<T>): Promise<T> {
    return outsideAllTasks(async () => {
      try {
        return await call();
      } catch (cause) {
        if (cause instanceof SinkError) throw cause;
        throw new SinkError(this.#path, (cause as Error).message, { cause });
      }
    });
  }
}

function cell(row: unknown, column: string): string | number | null {
  const value: unknown =
    typeof row === 'object' && row !== null && Object.hasOwn(row, column)
      ? (row as Record<string, unknown>)[column]
      : null;
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  return JSON.stringify(value) ?? null;
}
