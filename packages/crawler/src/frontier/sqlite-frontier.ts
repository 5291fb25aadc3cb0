/**
 * The frontier that survives `kill -9`: the rules of FrontierCore in memory, and every change in a SQLite file before it is confirmed.
 *
 * Theory of operation: the file is a journal of URLs and their states, read once when it is opened. Claims never touch it, so they cost
 * what they cost in memory; an offer or settlement is one transaction (WAL, synchronous=FULL) of a SqliteJournal in a thread of its own. Leases are not
 * kept: the file belongs to one process at a time, by SQLite's own lock, which ends with the process. So the next to open it finds
 * every URL that was not settled waiting. What memory holds is about 25 bytes for a settled URL, and the whole of those that wait.
 */
import { CancelledError } from '@oxbow/loop';
import { outsideAllTasks } from '@oxbow/loop/lowlevel';
import { type InThread, moduleAt, openInThread } from '@oxbow/threads';
import { FrontierError } from '../errors.ts';
import type { Entry, FrontierChanges } from './entry.ts';
import type { Frontier, FrontierOptions } from './frontier.ts';
import { FrontierCore } from './frontier-core.ts';
import {
  type FrontierFileOptions,
  type FrontierJournal,
  KeptFrontier,
  type OpenedFrontierFile,
  type OpenedJournal,
} from './kept-frontier.ts';
import { openingError, Refused, refusing } from './opening-errors.ts';
import type { SqliteJournal } from './sqlite-journal.ts';
import { besideThisFile, QUIET_SQLITE } from './sqlite-thread.ts';

/** How a frontier in a file is opened. */
export interface SqliteFrontierOptions extends FrontierOptions {
  /**
   * Has every URL of a finished crawl wait again, with the validators of its last answer, and forgets the checkpoint: the output starts
   * anew. A crawl that is not finished just goes on. Default false.
   */
  readonly recrawl?: boolean;
}

/**
 * Opens a frontier kept in a file, or makes the file. Everything the file knows is there at once; leases of a process that died are free.
 * @param path the SQLite file; two more beside it (`-wal`, `-shm`) come and go
 * @throws FrontierError `ERR_OXBOW_CRAWLER_FRONTIER_LOCKED` while another process has it open, `…_FRONTIER_FILE` when it cannot be read
 *
 * @example
 * ```ts
 * import { Crawler, openSqliteFrontier } from '@oxbow/crawler';
 *
 * const frontier = await openSqliteFrontier('crawl.db');
 * const crawl = new Crawler({ seeds: 'https://example.org/', frontier });
 * for await (const page of crawl) console.log(page.url);
 * await frontier.close();
 * ```
 */
export async function openSqliteFrontier(
  path: string,
  options: SqliteFrontierOptions = {},
): Promise<Frontier & AsyncDisposable> {
  return (await openSqliteFile(path, options)).frontier;
}

/** As `openSqliteFrontier`, for code that opens files of any engine. */
export async function openSqliteFile(
  path: string,
  options: FrontierFileOptions = {},
): Promise<OpenedFrontierFile> {
  const { recrawl = false, create = true, optionsFor = () => rest, ...rest } = options;
  const createCore = (rules: unknown): FrontierCore => new FrontierCore(optionsFor(rules));
  const opened = await Journal.open({ path, recrawl, create, createCore });
  return { frontier: new KeptFrontier(opened), lookup: (url) => opened.core.lookup(url) };
}

/** How a journal is opened. */
interface JournalOptions {
  readonly path: string;
  readonly recrawl: boolean;
  readonly create: boolean;
  readonly createCore: (rules: unknown) => FrontierCore;
}

type ThreadCall = (thread: InThread<SqliteJournal>) => PromiseLike<void>;

/** The file in its thread. After a write that failed nothing more is written: memory is ahead of the file then. */
class Journal implements FrontierJournal {
  readonly #thread: InThread<SqliteJournal>;
  readonly #path: string;
  #failure: FrontierError | undefined;
  #closing: Promise<void> | undefined;

  private constructor(thread: InThread<SqliteJournal>, path: string) {
    this.#thread = thread;
    this.#path = path;
  }

  static async open({ path, recrawl, create, createCore }: JournalOptions): Promise<OpenedJournal> {
    let thread: InThread<SqliteJournal> | undefined;
    let core: FrontierCore | undefined;
    try {
      // On behalf of nobody, and of no run(): a frontier outlives the task that opened it.
      thread = await outsideAllTasks(openJournal, path, recrawl, create);
      const { rules: text, incarnation } = await thread.rules();
      const rules: unknown = text === undefined ? undefined : JSON.parse(text);
      core = refusing(() => createCore(rules));
      // One piece is read while the one before is taken in.
      for (let reading = thread.read(); ; ) {
        const entries = await reading;
        if (entries.length === 0) break;
        reading = thread.read();
        for (const { entry, state, failure } of entries) core.restore(entry, state, failure);
      }
      const { hosts, ledger } = await thread.state();
      core.restoreState(hosts, ledger === undefined ? undefined : JSON.parse(ledger));
      return { journal: new Journal(thread, path), core, incarnation, rules };
    } catch (error) {
      await thread?.terminate();
      if (error instanceof CancelledError) throw error;
      if (error instanceof Refused) throw error.reason;
      throw openingError(path, (error as Error).message);
    }
  }

  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closing !== undefined)
      throw new FrontierError('ERR_OXBOW_CRAWLER_FRONTIER_CLOSED', 'This frontier is closed');
  }

  commit({ ledger, ...changes }: FrontierChanges): Promise<void> {
    const text = ledger === undefined ? undefined : JSON.stringify(ledger);
    return this.#write((thread) => thread.commit({ ...changes, ledger: text }));
  }

  /** Everything that waits is in memory. */
  read(id: number): Promise<Entry> {
    return Promise.reject(new RangeError(`the URL ${id} is not in memory`));
  }

  keepRules(rules: unknown): Promise<void> {
    return this.#write((thread) => thread.keepRules(JSON.stringify(rules)));
  }

  async #write(call: ThreadCall): Promise<void> {
    try {
      await outsideAllTasks(callAsPromise, this.#thread, call);
    } catch (cause) {
      const message = `${this.#path} cannot be written: ${(cause as Error).message}`;
      this.#failure ??= new FrontierError('ERR_OXBOW_CRAWLER_FRONTIER_FILE', message, { cause });
      throw this.#failure;
    }
  }

  close(): Promise<void> {
    // A thread whose write failed has nothing left to say.
    this.#closing ??= this.#thread.close().catch(() => {});
    return this.#closing;
  }
}

async function openJournal(
  path: string,
  recrawl: boolean,
  create: boolean,
): Promise<InThread<SqliteJournal>> {
  // Later than the turn this was called in, which belongs to a loop.
  await undefined;
  const module = moduleAt<typeof import('./sqlite-journal.ts')>(besideThisFile('sqlite-journal'));
  return openInThread({ module, name: path, execArgv: QUIET_SQLITE }, 'SqliteJournal', path, recrawl, create);
}

/** A native promise, made on behalf of nobody, is cancelled by nobody. */
function callAsPromise(thread: InThread<SqliteJournal>, call: ThreadCall): Promise<void> {
  return new Promise((resolve, reject) => {
    call(thread).then(resolve, reject);
  });
}
