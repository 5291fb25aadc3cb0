/**
 * The frontier for ten million URLs and more on one machine: the rules of FrontierCore over a file that only grows.
 *
 * Theory of operation: memory holds a fingerprint of every known URL (8 bytes, at most five sixths of the slots full). For those that
 * wait it also holds their place in the file (4 bytes). The rest of a URL is read when it is leased. An offer or a settlement is one
 * frame, flushed before it is confirmed; what comes meanwhile goes with the next. When the file is opened, the frames are read once, in
 * order.
 *
 * Leases are not kept. One process at a time has the file, and the next one to open it finds every URL that was not settled waiting. What
 * the file says is never rewritten, so it grows with everything that happens: about 130 bytes for a URL and its end.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { CancelledError } from '@oxbow/loop';
import { outsideAllTasks } from '@oxbow/loop/lowlevel';
import { CrawlerOptionError, FrontierError } from '../errors.ts';
import { type Entry, type FrontierChanges, newEntry } from './entry.ts';
import type { EntryStore } from './entry-store.ts';
import { type HeldLock, lockFile } from './file-lock.ts';
import { FingerprintTable } from './fingerprint-table.ts';
import type { CrawlTarget, Frontier, FrontierOptions } from './frontier.ts';
import { FrontierCore } from './frontier-core.ts';
import type { HostQueue, Scheduled } from './host-queue.ts';
import {
  type FrontierFileOptions,
  type FrontierJournal,
  KeptFrontier,
  type OpenedFrontierFile,
} from './kept-frontier.ts';
import { type LogBounds, LogFile } from './log-file.ts';
import { LogReplay, readEntry } from './log-replay.ts';
import { openingError, Refused, refusing } from './opening-errors.ts';
import { RefPool, RefQueue } from './ref-queue.ts';

/**
 * Opens a frontier kept in a log, or makes the log. Everything the log knows is there at once; leases of a process that died are free.
 * Memory grows by some 15 bytes for each URL, so that ten million fit into 350 MiB; the file is never rewritten, and grows with all that
 * happens. It keeps no validators: `recrawl` is for SQLite files.
 * @param path the log; an empty file beside it (`-lock`) tells other processes that it is open
 * @throws FrontierError `ERR_OXBOW_CRAWLER_FRONTIER_LOCKED` while another process has it open, `…_FRONTIER_FILE` when it cannot be read
 */
export async function openLogFrontier(
  path: string,
  options: FrontierOptions = {},
): Promise<Frontier & AsyncDisposable> {
  return (await openLogFile(path, options)).frontier;
}

/** As `openLogFrontier`, for code that opens files of any engine. */
export async function openLogFile(
  path: string,
  options: FrontierFileOptions = {},
  bounds: LogBounds = {},
): Promise<OpenedFrontierFile> {
  const { recrawl = false, create = true, optionsFor = () => rest, ...rest } = options;
  if (recrawl) {
    const what = 'a log keeps no validators of pages: recrawl needs a frontier in a SQLite file';
    throw new CrawlerOptionError('recrawl', what);
  }
  let lock: HeldLock | undefined;
  let log: LogFile | undefined;
  try {
    if (!create && !existsSync(path)) throw new Error('there is no such file');
    // On behalf of nobody, and of no run(): a frontier outlives the task that opened it.
    lock = await outsideAllTasks(lockFile, `${path}-lock`);
    log = await LogFile.open(path, create, bounds);
    const { core, rules, known } = await replayed(log, optionsFor, rest.now);
    const journal = new LogJournal({ log, lock, path, known });
    const opened = { journal, core, rules, incarnation: log.header.incarnation };
    return { frontier: new KeptFrontier(opened), lookup: (url) => core.lookup(url) };
  } catch (error) {
    await log?.close().catch(() => {});
    // A file that is no log is left as it was found, without a lock beside it.
    if (lock !== undefined && log === undefined) await rm(`${path}-lock`, { force: true });
    await lock?.close();
    if (error instanceof CancelledError) throw error;
    if (error instanceof Refused) throw error.reason;
    throw openingError(path, (error as Error).message);
  }
}

async function replayed(
  log: LogFile,
  optionsFor: (rules: unknown) => FrontierOptions,
  now: (() => number) | undefined,
): Promise<{ readonly core: FrontierCore; readonly rules: unknown; readonly known: FingerprintTable }> {
  const known = new FingerprintTable(log.header.key);
  const entries = new LogEntries(log, known);
  const bytes = await log.size();
  const replay = new LogReplay(log, known, () => entries.createQueue(), (now ?? Date.now)(), bytes);
  await replay.read();
  const { rules } = replay;
  const core = refusing(() => new FrontierCore(optionsFor(rules), entries, known));
  await replay.restoreInto(core);
  return { core, rules, known };
}

/** Keeps the URLs that wait in a log; what stands in the queues is their place. */
class LogEntries implements EntryStore {
  readonly isJournal = true;
  readonly #log: LogFile;
  readonly #known: FingerprintTable;
  readonly #pool = new RefPool();

  constructor(log: LogFile, known: FingerprintTable) {
    this.#log = log;
    this.#known = known;
  }

  add(target: CrawlTarget, url: string): Entry {
    return this.#written(newEntry(target, url), 0);
  }

  replace(entry: Entry): Entry {
    return this.#written({ ...entry }, entry.id);
  }

  recall(): undefined {
    return undefined;
  }

  restored(): void {}

  createQueue(): RefQueue & HostQueue<Scheduled> {
    return new RefQueue(this.#pool);
  }

  #written(entry: { -readonly [K in keyof Entry]: Entry[K] }, replaces: number): Entry {
    const { writer } = this.#log;
    entry.id = this.#log.placeOf(writer.url(entry, this.#known.fingerprint(entry.url), replaces));
    return entry;
  }
}

/** What a journal works with. */
interface JournalParts {
  readonly log: LogFile;
  readonly lock: HeldLock;
  readonly path: string;
  readonly known: FingerprintTable;
}

class LogJournal implements FrontierJournal {
  readonly #log: LogFile;
  readonly #lock: HeldLock;
  readonly #path: string;
  readonly #known: FingerprintTable;
  #failure: FrontierError | undefined;
  #closing: Promise<void> | undefined;

  constructor({ log, lock, path, known }: JournalParts) {
    this.#log = log;
    this.#lock = lock;
    this.#path = path;
    this.#known = known;
  }

  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closing !== undefined)
      throw new FrontierError('ERR_OXBOW_CRAWLER_FRONTIER_CLOSED', 'This frontier is closed');
  }

  /** URLs are written already, by the entries of the core: the rest of the step goes behind them. */
  commit({ settled, hosts, ledger }: FrontierChanges): Promise<void> {
    const { writer } = this.#log;
    for (const { id, url, outcome, failure } of settled)
      writer.settled({ place: id, outcome, failure, fingerprint: this.#known.fingerprint(url) });
    for (const [name, record] of Object.entries(hosts)) writer.host(name, record);
    if (ledger !== undefined) writer.text('ledger', JSON.stringify(ledger));
    return this.#named('written', () => this.#log.commit());
  }

  keepRules(rules: unknown): Promise<void> {
    this.#log.writer.text('rules', JSON.stringify(rules));
    return this.#named('written', () => this.#log.commit());
  }

  read(id: number): Promise<Entry> {
    return this.#named('read', () => readEntry(this.#log, id));
  }

  close(): Promise<void> {
    // A log whose write failed has nothing left to say.
    this.#closing ??= this.#log
      .close()
      .catch(() => {})
      .then(() => this.#lock.close())
      .catch(() => {});
    return this.#closing;
  }

  async #named<T>(what: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (cause) {
      const message = `${this.#path} cannot be ${what}: ${(cause as Error).message}`;
      this.#failure ??= new FrontierError('ERR_OXBOW_CRAWLER_FRONTIER_FILE', message, { cause });
      throw this.#failure;
    }
  }
}
