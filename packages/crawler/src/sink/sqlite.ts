/** Rows as a table of a SQLite file, written in a thread of its own. What the thread does is in sqlite-rows-worker. */
import { Worker } from 'node:worker_threads';
import { checkOptions } from '@oxbow/loop/lowlevel';
import { CrawlerOptionError, SinkError } from '../errors.ts';
import type { CrawlSink } from './crawl-sink.ts';
import type { RowsReply, RowsRequest, RowsWorkerData } from './sqlite-rows-worker.ts';

/** Options of `sqlite`. */
export interface SqliteOptions {
  /** The table; made if it is not there. Default `pages`. */
  readonly table?: string;
  /** The fields to write, each a column; other fields are left out, missing ones are NULL. Default: those of a page's row. */
  readonly columns?: readonly string[];
}

const PAGE_COLUMNS = [
  'url',
  'status',
  'depth',
  'title',
  'links',
  'contentType',
  'bytes',
  'fetchedAt',
  'referrer',
];

/**
 * A sink that writes each row as one row of a SQLite table, whose column `row` counts them from 1. Without a checkpoint an existing table
 * is emptied. Lists and objects are JSON text, so `json_each(links)` reads them.
 * @throws SinkError from the crawl when the file cannot be opened, written or cut back
 */
export function sqlite(path: string, options: SqliteOptions = {}): CrawlSink {
  checkOptions(options, ['table', 'columns'], 'sqlite()');
  const { table = 'pages', columns = PAGE_COLUMNS } = options;
  if (columns.length === 0) throw new CrawlerOptionError('columns', 'sqlite() needs at least one column');
  if (columns.some((column) => column.toLowerCase() === 'row')) {
    throw new CrawlerOptionError('columns', 'the column "row" is kept for the number of the row');
  }
  return new SqliteOutput({ path, table, columns });
}

/** Node 22 calls node:sqlite experimental, on every start of a thread; what is used of it has not changed since. */
const QUIET = ['--disable-warning=ExperimentalWarning'];

class SqliteOutput implements CrawlSink {
  readonly commit = 'with-frontier' as const;
  readonly #data: RowsWorkerData;
  readonly #calls = new Map<number, { resolve(rows: number): void; reject(error: SinkError): void }>();
  #worker: Worker | undefined;
  #lastCall = 0;

  constructor(data: RowsWorkerData) {
    this.#data = data;
  }

  async open(checkpoint: unknown): Promise<void> {
    // Built, the file beside this one is JavaScript.
    const file = new URL(
      `./sqlite-rows-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`,
      import.meta.url,
    );
    const worker = new Worker(file, { workerData: this.#data, execArgv: QUIET });
    worker.on('message', (reply: RowsReply) => this.#settled(reply));
    worker.on('error', (error) => this.#fail(error));
    this.#worker = worker;
    await this.cutBack(checkpoint);
  }

  write(rows: readonly unknown[]): Promise<unknown> {
    const values = rows.map((row) => this.#data.columns.map((column) => cell(row, column)));
    return this.#call({ kind: 'write', rows: values });
  }

  async sync(): Promise<void> {
    await this.#call({ kind: 'sync' });
  }

  async cutBack(checkpoint: unknown): Promise<void> {
    const rows = checkpoint ?? 0;
    if (typeof rows !== 'number') {
      throw new SinkError(this.#data.path, `a checkpoint of it is a number of rows, not ${typeof rows}`);
    }
    await this.#call({ kind: 'cut-back', rows });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    const closing = this.#call({ kind: 'close' });
    this.#worker = undefined;
    try {
      await closing;
    } finally {
      await worker.terminate();
    }
  }

  #call(request: DistributiveOmit<RowsRequest, 'call'>): Promise<number> {
    const worker = this.#worker;
    if (worker === undefined) return Promise.reject(new SinkError(this.#data.path, 'the output is not open'));
    const call = ++this.#lastCall;
    return new Promise((resolve, reject) => {
      this.#calls.set(call, { resolve, reject });
      worker.postMessage({ ...request, call });
    });
  }

  #settled(reply: RowsReply): void {
    const waiting = this.#calls.get(reply.call);
    this.#calls.delete(reply.call);
    if ('rows' in reply) waiting?.resolve(reply.rows);
    else waiting?.reject(new SinkError(this.#data.path, reply.message));
  }

  #fail(cause: Error): void {
    for (const { reject } of this.#calls.values())
      reject(new SinkError(this.#data.path, cause.message, { cause }));
    this.#calls.clear();
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function cell(row: unknown, column: string): string | number | null {
  const value: unknown =
    typeof row === 'object' && row !== null && Object.hasOwn(row, column)
      ? (row as Record<string, unknown>)[column]
      : null;
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'string') return value;
  return JSON.stringify(value) ?? null;
}
