/**
 * A SQLite output: one table, one transaction for each batch of rows. It knows nothing of crawls. SQLite's calls block, so the sink
 * opens this class in a thread of its own.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** One row: the values of the columns, in their order. */
export type RowValues = readonly (string | number | null)[];

/** One table of a file. */
export class SqliteRows {
  readonly #database: DatabaseSync;
  readonly #table: string;
  readonly #insert: StatementSync;
  #last = 0;
  /** Rows that were there before this crawl. */
  #first = 0;

  /** @throws when the table is there and has other columns: it is somebody else's */
  constructor(path: string, table: string, columns: readonly string[]) {
    this.#database = new DatabaseSync(path);
    this.#table = quoted(table);
    const names = columns.map(quoted).join(', ');
    // Its transactions become durable by `sync`; before that the frontier has not counted on them.
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    this.#checkTable(table, columns);
    this.#database.exec(`CREATE TABLE IF NOT EXISTS ${this.#table} (row INTEGER PRIMARY KEY, ${names})`);
    const values = columns.map(() => '?').join(', ');
    this.#insert = this.#database.prepare(`INSERT INTO ${this.#table} (row, ${names}) VALUES (?, ${values})`);
  }

  /** Begins the table. @returns how many rows are in the way, unless they are to be emptied or appended to */
  begin(beginning: 'new' | 'append' | 'overwrite'): number {
    const there = this.#lastRow();
    if (there === 0 || beginning === 'new') return there;
    if (beginning === 'overwrite') this.#database.exec(`DELETE FROM ${this.#table}`);
    else {
      this.#first = there;
      this.#last = there;
    }
    return 0;
  }

  /** Removes every row after the first `rows`; undefined: after those that were there before. @throws when there are fewer */
  cutBack(checkpoint: number | undefined): void {
    const rows = checkpoint ?? this.#first;
    const found = this.#lastRow();
    if (found < rows)
      throw new Error(
        `it has ${found} rows, but ${rows} were written before: it is not the output of this crawl`,
      );
    this.#database.prepare(`DELETE FROM ${this.#table} WHERE row > ?`).run(rows);
    this.#last = rows;
  }

  /** Adds rows, all or nothing. @returns the number of the last one */
  write(rows: readonly RowValues[]): number {
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
    return last;
  }

  #lastRow(): number {
    return Number(this.#database.prepare(`SELECT max(row) AS last FROM ${this.#table}`).get()?.last ?? 0);
  }

  #checkTable(table: string, columns: readonly string[]): void {
    const names = this.#database
      .prepare('SELECT name FROM pragma_table_info(?)')
      .all(table)
      .map((row) => String(row.name).toLowerCase());
    const missing = ['row', ...columns].filter((column) => !names.includes(column.toLowerCase()));
    if (names.length === 0 || missing.length === 0) return;
    this.#database.close();
    throw new Error(
      `its table ${this.#table} has no column ${missing.map(quoted).join(', ')}: it is not of this crawl`,
    );
  }

  /** Returns when what was written is on the disk. */
  sync(): void {
    this.#database.exec('PRAGMA wal_checkpoint(FULL)');
  }

  close(): void {
    this.#database.close();
  }
}

/** SQLite's quoting of identifiers. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
