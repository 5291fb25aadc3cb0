/** The thread that owns a SQLite output: one transaction for each batch of rows. It knows one table and nothing of crawls. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';

/** What the thread is asked, one at a time. */
export type RowsRequest =
  | { readonly call: number; readonly kind: 'cut-back'; readonly rows: number }
  | {
      readonly call: number;
      readonly kind: 'write';
      readonly rows: readonly (readonly (string | number | null)[])[];
    }
  | { readonly call: number; readonly kind: 'sync' }
  | { readonly call: number; readonly kind: 'close' };

/** What it answers: for each call the number of the last row, or why it failed. */
export type RowsReply =
  | { readonly call: number; readonly rows: number }
  | { readonly call: number; readonly message: string };

/** What it is started with. */
export interface RowsWorkerData {
  readonly path: string;
  readonly table: string;
  readonly columns: readonly string[];
}

class Rows {
  readonly #database: DatabaseSync;
  readonly #table: string;
  readonly #insert: StatementSync;
  #last = 0;

  constructor({ path, table, columns }: RowsWorkerData) {
    this.#database = new DatabaseSync(path);
    this.#table = quoted(table);
    const names = columns.map(quoted).join(', ');
    // Its transactions become durable by `sync`; before that the frontier has not counted on them.
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    this.#database.exec(`CREATE TABLE IF NOT EXISTS ${this.#table} (row INTEGER PRIMARY KEY, ${names})`);
    const values = columns.map(() => '?').join(', ');
    this.#insert = this.#database.prepare(`INSERT INTO ${this.#table} (row, ${names}) VALUES (?, ${values})`);
  }

  handle(request: RowsRequest): number {
    if (request.kind === 'write') this.#write(request.rows);
    else if (request.kind === 'cut-back') this.#cutBack(request.rows);
    else if (request.kind === 'sync') this.#database.exec('PRAGMA wal_checkpoint(FULL)');
    else this.#database.close();
    return this.#last;
  }

  #cutBack(rows: number): void {
    const found = Number(
      this.#database.prepare(`SELECT max(row) AS last FROM ${this.#table}`).get()?.last ?? 0,
    );
    if (found < rows)
      throw new Error(
        `it has ${found} rows, but ${rows} were written before: it is not the output of this crawl`,
      );
    this.#database.prepare(`DELETE FROM ${this.#table} WHERE row > ?`).run(rows);
    this.#last = rows;
  }

  #write(rows: readonly (readonly (string | number | null)[])[]): void {
    this.#database.exec('BEGIN IMMEDIATE');
    let last = this.#last;
    try {
      for (const values of rows) this.#insert.run(++last, ...values);
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
    this.#last = last;
  }
}

/** SQLite's quoting of identifiers. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function serve(port: MessagePort, data: RowsWorkerData): void {
  let rows: Rows | undefined;
  port.on('message', (request: RowsRequest) => {
    let reply: RowsReply;
    try {
      rows ??= new Rows(data);
      reply = { call: request.call, rows: rows.handle(request) };
    } catch (error) {
      reply = { call: request.call, message: (error as Error).message };
    }
    port.postMessage(reply);
    if (request.kind === 'close') port.close();
  });
}

if (parentPort !== null) serve(parentPort, workerData as RowsWorkerData);
