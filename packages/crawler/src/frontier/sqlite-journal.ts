/**
 * The frontier's file: read once, then written, one transaction for each commit. It knows tables and nothing of leases, hosts or
 * crawls. SQLite's calls block, so the frontier opens this class in a thread of its own.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Validators } from './frontier.ts';
import type { Entry, FrontierChanges } from './frontier-core.ts';

/** What one commit changes; the checkpoint is JSON text, so that whatever a sink gives is kept as it is. */
export interface JournalChanges extends Omit<FrontierChanges, 'checkpoint'> {
  readonly checkpoint: string | undefined;
}

/** What the file says beside its URLs. */
export interface JournalState {
  readonly hostDelays: Readonly<Record<string, number>>;
  /** JSON text. */
  readonly checkpoint: string | undefined;
}

/** One URL as the file keeps it. */
export interface StoredEntry {
  readonly entry: Entry;
  readonly state: StoredState;
}

/** How a URL is kept: leases are not, so those of a dead owner are free as soon as its file is opened again. */
export type StoredState = 'queued' | 'done' | 'failed';

/** Marks the file as one of ours: "Oxbw" in ASCII. */
const APPLICATION_ID = 0x4f786277;
const SCHEMA_VERSION = 1;
/** URLs of one `read`. */
const ENTRIES_PER_READ = 5000;
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

/** One file, open for this process alone until it is closed. */
export class SqliteJournal {
  readonly #database: DatabaseSync;
  readonly #unread: Iterator<Record<string, unknown>>;
  readonly #insert: StatementSync;
  readonly #requeue: StatementSync;
  readonly #settle: StatementSync;
  readonly #delay: StatementSync;
  readonly #meta: StatementSync;

  /**
   * @param recrawl has everything of a finished crawl wait again, without its checkpoint
   * @throws Error of SQLite, with `locked` in its message while another process has the file open
   */
  constructor(path: string, recrawl: boolean) {
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
      if (recrawl) this.#startOver();
      this.#unread = database.prepare('SELECT * FROM url ORDER BY id').iterate();
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** The next URLs of the file, in the order they were added; none when all have been read. Read them before the first commit. */
  read(): StoredEntry[] {
    const entries: StoredEntry[] = [];
    while (entries.length < ENTRIES_PER_READ) {
      const next = this.#unread.next();
      if (next.done === true) break;
      entries.push(storedEntry(next.value));
    }
    return entries;
  }

  /** What there is beside the URLs. */
  state(): JournalState {
    const rows = this.#database.prepare('SELECT name, delay_ms FROM host').all();
    const row = this.#database.prepare("SELECT value FROM meta WHERE key = 'checkpoint'").get();
    return {
      hostDelays: Object.fromEntries(rows.map((each) => [String(each.name), Number(each.delay_ms)])),
      checkpoint: row === undefined ? undefined : String(row.value),
    };
  }

  /** Writes changes, all or nothing; they are on the disk when it returns. */
  commit(changes: JournalChanges): void {
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
      if (changes.checkpoint !== undefined) this.#meta.run('checkpoint', changes.checkpoint);
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Does nothing while anything waits still. */
  #startOver(): void {
    const waiting = this.#database.prepare('SELECT 1 FROM url WHERE state = 0 LIMIT 1').get();
    if (waiting !== undefined) return;
    this.#database.exec(`BEGIN;
      UPDATE url SET state = 0, attempt = 1, not_before_ms = 0;
      DELETE FROM meta;
    COMMIT`);
  }

  /** Lets go of the file and its lock. */
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
