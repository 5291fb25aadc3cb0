/** Kept responses in an SQLite file, for as long as the file is there. Loads node:sqlite when it is made. */
import type { DatabaseSync } from 'node:sqlite';
import { type CacheEntry, type CacheStore, cacheBounds } from './cache-store.ts';

/** Bounds of a {@link SqliteCacheStore}. */
export interface SqliteCacheOptions {
  /** Bytes of bodies kept; those used longest ago make room. Default 1 GiB. */
  readonly maxBytes?: number | undefined;
}

/** The defaults of {@link SqliteCacheOptions}. */
const DEFAULTS: { readonly maxBytes: number } = Object.freeze({ maxBytes: 1024 * 1024 * 1024 });

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS responses (
    url TEXT NOT NULL, vary TEXT NOT NULL, used INTEGER NOT NULL, head TEXT NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (url, vary)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS by_use ON responses (used);
`;

interface Row {
  readonly head: string;
  readonly body: Uint8Array;
}

/** Keeps responses in a file. Reads and writes are short and made on the thread of the caller. */
export class SqliteCacheStore implements CacheStore {
  readonly #maxBytes: number;
  readonly #opening: Promise<DatabaseSync>;
  #bytes = 0;
  #use = 0;

  /**
   * @param path the file, or `:memory:`
   * @throws {UsageError} for an unknown option. @throws {InvalidRequestError} for a bound that is none.
   */
  constructor(path: string, options: SqliteCacheOptions = {}) {
    this.#maxBytes = cacheBounds(options, DEFAULTS, 'SqliteCacheStore').maxBytes;
    this.#opening = this.#open(path);
    // The failure is told to those who use it.
    this.#opening.catch(() => {});
  }

  async #open(path: string): Promise<DatabaseSync> {
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync(path);
    database.exec(SCHEMA);
    const row = database
      .prepare('SELECT total(length(body)) AS bytes, max(used) AS used FROM responses')
      .get();
    this.#bytes = Number(row?.bytes ?? 0);
    this.#use = Number(row?.used ?? 0);
    return database;
  }

  async get(url: string): Promise<readonly CacheEntry[]> {
    const database = await this.#opening;
    const rows = database
      .prepare('SELECT head, body FROM responses WHERE url = ?')
      .all(url) as unknown as Row[];
    if (rows.length > 0)
      database.prepare('UPDATE responses SET used = ? WHERE url = ?').run(++this.#use, url);
    return rows.map(({ head, body }) => ({ ...JSON.parse(head), url, body }) as CacheEntry);
  }

  async put(entry: CacheEntry): Promise<void> {
    const database = await this.#opening;
    const { url, body, ...head } = entry;
    const vary = JSON.stringify(Object.entries(entry.vary).sort());
    const old = database
      .prepare('SELECT length(body) AS bytes FROM responses WHERE url = ? AND vary = ?')
      .get(url, vary);
    database
      .prepare('INSERT OR REPLACE INTO responses (url, vary, used, head, body) VALUES (?, ?, ?, ?, ?)')
      .run(url, vary, ++this.#use, JSON.stringify(head), body);
    this.#bytes += body.length - Number(old?.bytes ?? 0);
    while (this.#bytes > this.#maxBytes) {
      const oldest = database
        .prepare('SELECT url, vary, length(body) AS bytes FROM responses ORDER BY used LIMIT 1')
        .get();
      if (oldest === undefined) break;
      database
        .prepare('DELETE FROM responses WHERE url = ? AND vary = ?')
        .run(String(oldest.url), String(oldest.vary));
      this.#bytes -= Number(oldest.bytes);
    }
  }

  async delete(url: string): Promise<void> {
    const database = await this.#opening;
    const row = database.prepare('SELECT total(length(body)) AS bytes FROM responses WHERE url = ?').get(url);
    database.prepare('DELETE FROM responses WHERE url = ?').run(url);
    this.#bytes -= Number(row?.bytes ?? 0);
  }

  async close(): Promise<void> {
    (await this.#opening).close();
  }
}
