/**
 * The frontier's file: read once, then written, one transaction for each commit. It knows tables and nothing of leases, hosts or
 * crawls. SQLite's calls block, so the frontier opens this class in a thread of its own.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Entry, FrontierChanges, HostRecord } from './entry.ts';
import type { TargetFailure, Validators } from './frontier.ts';

import type { LedgerRecord } from './output-ledger.ts';

/** What one commit changes; the ledger is JSON text, so that whatever a sink gives is kept as it is. */
export interface JournalChanges extends Omit<FrontierChanges, 'ledger'> {
  readonly ledger: string | undefined;
}

/** What the file says of its crawl. */
export interface JournalRules {
  /** JSON text; undefined in a new file. */
  readonly rules: string | undefined;
  readonly incarnation: string;
}

/** What the file says beside its URLs. */
export interface JournalState {
  readonly hosts: Readonly<Record<string, HostRecord>>;
  /** JSON text. */
  readonly ledger: string | undefined;
}

/** One URL as the file keeps it. */
export interface StoredEntry {
  readonly entry: Entry;
  readonly state: StoredState;
  readonly failure: TargetFailure | null;
}

/** How a URL is kept: leases are not, so those of a dead owner are free as soon as its file is opened again. */
export type StoredState = 'queued' | 'done' | 'failed';

/** Marks the file as one of ours: "Oxbw" in ASCII. */
const APPLICATION_ID = 0x4f786277;
const SCHEMA_VERSION = 2;
/** URLs of one `read`. */
const ENTRIES_PER_READ = 5000;
const STATES: readonly StoredState[] = ['queued', 'done', 'failed'];

const SCHEMA = `
  CREATE TABLE url (
    id INTEGER PRIMARY KEY, url TEXT NOT NULL, depth INTEGER NOT NULL, referrer TEXT, priority REAL NOT NULL,
    redirects INTEGER NOT NULL, attempt INTEGER NOT NULL, not_before_ms REAL NOT NULL, state INTEGER NOT NULL,
    etag TEXT, last_modified TEXT, more TEXT, failure TEXT
  ) STRICT;
  CREATE TABLE host (
    name TEXT PRIMARY KEY, delay_ms REAL NOT NULL, paused_until_ms REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** One file, open for this process alone until it is closed. */
export class SqliteJournal {
  readonly #database: DatabaseSync;
  #unread: Iterator<Record<string, unknown>> | undefined;
  readonly #insert: StatementSync;
  readonly #requeue: StatementSync;
  readonly #settle: StatementSync;
  readonly #delay: StatementSync;
  readonly #meta: StatementSync;

  /**
   * @param recrawl has everything of a finished crawl wait again, without its counts and checkpoints
   * @param create makes the file when it is not there
   * @throws Error of SQLite, with `locked` in its message while another process has the file open
   */
  constructor(path: string, recrawl: boolean, create: boolean) {
    if (!create && !existsSync(path)) throw new Error('there is no such file');
    const database = new DatabaseSync(path);
    this.#database = database;
    try {
      // Before anything is set: a database of something else stays as it is, its journal mode too.
      checkOwner(database, path);
      // EXCLUSIVE keeps the file's lock until the connection, or its process, is gone.
      database.exec(
        'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE;',
      );
      if (checkOwner(database, path) === 'new') database.exec(SCHEMA);
      database.exec('COMMIT');
      this.#insert = database.prepare('INSERT INTO url VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, NULL)');
      this.#requeue = database.prepare(
        'UPDATE url SET attempt = ?, not_before_ms = ?, state = 0, failure = NULL WHERE id = ?',
      );
      this.#settle = database.prepare(
        'UPDATE url SET state = ?, etag = ?, last_modified = ?, failure = ? WHERE id = ?',
      );
      this.#delay = database.prepare('INSERT OR REPLACE INTO host VALUES (?, ?, ?)');
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
    while (this.#unread !== undefined && entries.length < ENTRIES_PER_READ) {
      const next = this.#unread.next();
      // Node 22 begins anew when it is asked again after the end.
      if (next.done === true) this.#unread = undefined;
      else entries.push(storedEntry(next.value));
    }
    return entries;
  }

  /** What the file says of its crawl. */
  rules(): JournalRules {
    let incarnation = this.#kept('incarnation');
    if (incarnation === undefined) {
      incarnation = randomUUID();
      this.#meta.run('incarnation', incarnation);
    }
    return { rules: this.#kept('rules'), incarnation };
  }

  /** Keeps what describes the crawl, as JSON text. */
  keepRules(rules: string): void {
    this.#meta.run('rules', rules);
  }

  /** What there is beside the URLs. */
  state(): JournalState {
    const rows = this.#database.prepare('SELECT name, delay_ms, paused_until_ms FROM host').all();
    const hosts = rows.map((each) => [
      String(each.name),
      { delayMs: Number(each.delay_ms), pausedUntilMs: Number(each.paused_until_ms) },
    ]);
    return { hosts: Object.fromEntries(hosts), ledger: this.#kept('ledger') };
  }

  #kept(key: string): string | undefined {
    const row = this.#database.prepare('SELECT value FROM meta WHERE key = ?').get(key);
    return row === undefined ? undefined : String(row.value);
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
          moreOf(entry),
        );
      }
      for (const { id, attempt, notBeforeMs } of changes.requeued)
        this.#requeue.run(attempt, notBeforeMs, id);
      for (const { id, outcome, validators, failure } of changes.settled) {
        const { etag = null, lastModified = null } = validators ?? {};
        const why = failure === null ? null : JSON.stringify(failure);
        this.#settle.run(STATES.indexOf(outcome), etag, lastModified, why, id);
      }
      for (const [host, { delayMs, pausedUntilMs }] of Object.entries(changes.hosts))
        this.#delay.run(host, delayMs, pausedUntilMs);
      if (changes.ledger !== undefined) this.#meta.run('ledger', changes.ledger);
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
    this.#database.exec('BEGIN; UPDATE url SET state = 0, attempt = 1, not_before_ms = 0, failure = NULL;');
    const ledger = this.#kept('ledger');
    // Which outputs are this crawl's own is still known: they begin anew.
    const known = ledger === undefined ? {} : (JSON.parse(ledger) as LedgerRecord).outputs;
    const outputs = Object.entries(known).map(([name, { sequence }]) => [name, { sequence }]);
    const anew = { outputs: Object.fromEntries(outputs), sums: {}, counted: 0 };
    this.#meta.run('ledger', JSON.stringify(anew));
    this.#database.exec('COMMIT');
  }

  /** Lets go of the file and its lock. */
  close(): void {
    this.#database.close();
  }
}

/** Whose database it is. @throws Error for one of something else, or of another version */
function checkOwner(database: DatabaseSync, path: string): 'new' | 'ours' {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  const application = Number(database.prepare('PRAGMA application_id').get()?.application_id);
  const tables = Number(database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n);
  if (tables === 0) return 'new';
  if (application !== APPLICATION_ID) throw new Error(`${path} is a database of something else`);
  if (version === SCHEMA_VERSION) return 'ours';
  throw new Error(
    `${path} has version ${version} of the frontier's tables, this package knows ${SCHEMA_VERSION}`,
  );
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
      ...moreFrom(row.more),
    },
    state: STATES[Number(row.state)] ?? 'queued',
    failure: typeof row.failure === 'string' ? (JSON.parse(row.failure) as TargetFailure) : null,
  };
}

/** What few URLs have, so that it has no column of its own. */
type More = Pick<Entry, 'purpose' | 'mayBePrivate' | 'redirectedFrom' | 'data'>;

function moreOf({ purpose, mayBePrivate, redirectedFrom, data }: Entry): string | null {
  if (purpose === 'page' && !mayBePrivate && redirectedFrom === null && data === undefined) return null;
  return JSON.stringify({ purpose, mayBePrivate, redirectedFrom, data } satisfies More);
}

function moreFrom(more: unknown): More {
  const plain: More = { purpose: 'page', mayBePrivate: false, redirectedFrom: null, data: undefined };
  return typeof more === 'string' ? { ...plain, ...(JSON.parse(more) as Partial<More>) } : plain;
}

function validatorsOf({ etag, last_modified: lastModified }: Record<string, unknown>): Validators | null {
  if (etag === null && lastModified === null) return null;
  return {
    etag: etag === null ? null : String(etag),
    lastModified: lastModified === null ? null : String(lastModified),
  };
}
