/**
 * The thread that owns the frontier's file: reads it once, then writes what it is sent, one transaction for each message. It knows
 * tables and nothing of leases, hosts or crawls. SQLite's calls block, which is why they are here.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Validators } from './frontier.ts';
import type { Entry, FrontierChanges } from './frontier-core.ts';

/** What the thread is asked. */
export type JournalRequest =
  | { readonly call: number; readonly kind: 'commit'; readonly changes: FrontierChanges }
  | { readonly call: number; readonly kind: 'close' };

/** One URL as the file keeps it. */
export interface StoredEntry {
  readonly entry: Entry;
  readonly state: StoredState;
}

/** How a URL is kept: leases are not, so those of a dead owner are free as soon as its file is opened again. */
export type StoredState = 'queued' | 'done' | 'failed';

/** What the thread answers: the content in pieces and `opened`, then one `settled` or `failed` for each call. */
export type JournalReply =
  | { readonly kind: 'entries'; readonly entries: readonly StoredEntry[] }
  | {
      readonly kind: 'opened';
      readonly hostDelays: Readonly<Record<string, number>>;
      readonly checkpoint: string | undefined;
    }
  | { readonly kind: 'settled'; readonly call: number }
  | { readonly kind: 'failed'; readonly call: number | undefined; readonly message: string };

/** What the thread is started with. */
export interface JournalWorkerData {
  readonly path: string;
  readonly recrawl: boolean;
}

/** Marks the file as one of ours: "Oxbw" in ASCII. */
const APPLICATION_ID = 0x4f786277;
const SCHEMA_VERSION = 1;
/** Rows of one message while opening. */
const ENTRIES_PER_MESSAGE = 5000;
const STATES: readonly StoredState[] = ['queued', 'done', 'failed'];

const SCHEMA = `
  CREATE TABLE url (
    id INTEGER PRIMARY KEY, url TEXT NOT NULL, depth INTEGER NOT NULL, referrer TEXT, priority REAL NOT NULL,
    redirects INTEGER NOT NULL, attempt INTEGER NOT NULL, not_before_ms REAL NOT NULL, state INTEGER NOT NULL,
    etag TEXT, last_modified TEXT
  ) STRICT;
  CREATE TABLE host (name TEXT PRIMARY KEY, delay_ms REAL NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

class Journal {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #requeue: StatementSync;
  readonly #settle: StatementSync;
  readonly #delay: StatementSync;
  readonly #meta: StatementSync;

  constructor(path: string) {
    const database = new DatabaseSync(path);
    this.#database = database;
    try {
      // EXCLUSIVE keeps the file's lock until the connection, or its process, is gone.
      database.exec(
        'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE;',
      );
      this.#prepareSchema(path);
      database.exec('COMMIT');
      this.#insert = database.prepare('INSERT INTO url VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)');
      this.#requeue = database.prepare('UPDATE url SET attempt = ?, not_before_ms = ? WHERE id = ?');
      this.#settle = database.prepare('UPDATE url SET state = ?, etag = ?, last_modified = ? WHERE id = ?');
      this.#delay = database.prepare('INSERT OR REPLACE INTO host VALUES (?, ?)');
      this.#meta = database.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)');
    } catch (error) {
      database.close();
      throw error;
    }
  }

  *entries(): Generator<StoredEntry[]> {
    let piece: StoredEntry[] = [];
    for (const row of this.#database.prepare('SELECT * FROM url ORDER BY id').iterate()) {
      piece.push(storedEntry(row));
      if (piece.length < ENTRIES_PER_MESSAGE) continue;
      yield piece;
      piece = [];
    }
    yield piece;
  }

  hostDelays(): Record<string, number> {
    const rows = this.#database.prepare('SELECT name, delay_ms FROM host').all();
    return Object.fromEntries(rows.map((row) => [String(row.name), Number(row.delay_ms)]));
  }

  checkpoint(): string | undefined {
    const row = this.#database.prepare("SELECT value FROM meta WHERE key = 'checkpoint'").get();
    return row === undefined ? undefined : String(row.value);
  }

  commit(changes: FrontierChanges): void {
    this.#database.exec('BEGIN');
    try {
      for (const entry of changes.added) {
        const { id, url, depth, referrer, priority, redirects, attempt, notBeforeMs, validators } = entry;
        const { etag = null, lastModified = null } = validators ?? {};
        this.#insert.run(
          id,
          url,
          depth,
          referrer,
          priority,
          redirects,
          attempt,
          notBeforeMs,
          etag,
          lastModified,
        );
      }
      for (const { id, attempt, notBeforeMs } of changes.requeued)
        this.#requeue.run(attempt, notBeforeMs, id);
      for (const { id, outcome, validators } of changes.settled) {
        const { etag = null, lastModified = null } = validators ?? {};
        this.#settle.run(STATES.indexOf(outcome), etag, lastModified, id);
      }
      for (const [host, delayMs] of Object.entries(changes.hostDelays)) this.#delay.run(host, delayMs);
      if (changes.checkpoint !== undefined) this.#meta.run('checkpoint', JSON.stringify(changes.checkpoint));
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Has everything wait again, without its checkpoint; does nothing while anything waits still. */
  startOver(): void {
    const waiting = this.#database.prepare('SELECT 1 FROM url WHERE state = 0 LIMIT 1').get();
    if (waiting !== undefined) return;
    this.#database.exec(`BEGIN;
      UPDATE url SET state = 0, attempt = 1, not_before_ms = 0;
      DELETE FROM meta;
    COMMIT`);
  }

  close(): void {
    this.#database.close();
  }

  #prepareSchema(path: string): void {
    const database = this.#database;
    const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
    const application = Number(database.prepare('PRAGMA application_id').get()?.application_id);
    const tables = Number(database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n);
    if (tables === 0) database.exec(SCHEMA);
    else if (application !== APPLICATION_ID) throw new Error(`${path} is a database of something else`);
    else if (version !== SCHEMA_VERSION) {
      throw new Error(
        `${path} has version ${version} of the frontier's tables, this package knows ${SCHEMA_VERSION}`,
      );
    }
  }
}

function storedEntry(row: Record<string, unknown>): StoredEntry {
  return {
    entry: {
      id: Number(row.id),
      url: String(row.url),
      depth: Number(row.depth),
      referrer: row.referrer === null ? null : String(row.referrer),
      priority: Number(row.priority),
      redirects: Number(row.redirects),
      attempt: Number(row.attempt),
      notBeforeMs: Number(row.not_before_ms),
      validators: validatorsOf(row),
    },
    state: STATES[Number(row.state)] ?? 'queued',
  };
}

function validatorsOf({ etag, last_modified: lastModified }: Record<string, unknown>): Validators | null {
  if (etag === null && lastModified === null) return null;
  return {
    etag: etag === null ? null : String(etag),
    lastModified: lastModified === null ? null : String(lastModified),
  };
}

function serve(port: MessagePort, { path, recrawl }: JournalWorkerData): void {
  const reply = (message: JournalReply): void => port.postMessage(message);
  let journal: Journal;
  try {
    journal = new Journal(path);
    if (recrawl) journal.startOver();
    for (const entries of journal.entries()) reply({ kind: 'entries', entries });
    reply({ kind: 'opened', hostDelays: journal.hostDelays(), checkpoint: journal.checkpoint() });
  } catch (error) {
    reply({ kind: 'failed', call: undefined, message: (error as Error).message });
    port.close();
    return;
  }
  port.on('message', (request: JournalRequest) => {
    try {
      if (request.kind === 'commit') journal.commit(request.changes);
      else journal.close();
      reply({ kind: 'settled', call: request.call });
    } catch (error) {
      reply({ kind: 'failed', call: request.call, message: (error as Error).message });
    }
    if (request.kind === 'close') port.close();
  });
}

if (parentPort !== null) serve(parentPort, workerData as JournalWorkerData);
