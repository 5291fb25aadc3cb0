/**
 * The frontier that survives `kill -9`: the rules of FrontierCore in memory, and every change in a SQLite file before it is confirmed.
 *
 * Theory of operation: the file is a journal of URLs and their states, read once when it is opened. Claims never touch it, so they cost
 * what they cost in memory; an offer or settlement is one transaction (WAL, synchronous=FULL) of a SqliteJournal in a thread of its own. Leases are not
 * kept: the file belongs to one process at a time, by SQLite's own lock, which ends with the process. So whoever opens it next finds
 * every URL that was not settled waiting. What memory holds is about 25 bytes for a settled URL, and the whole of those that wait.
 */
import { CancelledError } from '@oxbow/loop';
import { outsideAllTasks } from '@oxbow/loop/lowlevel';
import { type InThread, openInThread } from '@oxbow/threads';
import { FrontierError } from '../errors.ts';
import type {
  Claim,
  ClaimRequest,
  CrawlTarget,
  Frontier,
  FrontierOptions,
  FrontierStatistics,
  OfferReport,
  Settlement,
  TargetLookup,
} from './frontier.ts';
import { type FrontierChanges, FrontierCore } from './frontier-core.ts';
import type { JournalChanges, SqliteJournal } from './sqlite-journal.ts';

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
 */
export async function openSqliteFrontier(
  path: string,
  options: SqliteFrontierOptions = {},
): Promise<Frontier & AsyncDisposable> {
  const { recrawl = false, ...rest } = options;
  const core = new FrontierCore(rest);
  return new SqliteFrontier(core, await Journal.open(path, recrawl, core));
}

class SqliteFrontier implements Frontier, AsyncDisposable {
  readonly isDurable = true;
  readonly #core: FrontierCore;
  readonly #journal: Journal;

  constructor(core: FrontierCore, journal: Journal) {
    this.#core = core;
    this.#journal = journal;
  }

  async offer(urls: readonly (string | CrawlTarget)[]): Promise<OfferReport> {
    const { report, changes } = this.#open().offer(urls);
    if (changes.added.length > 0) await this.#journal.commit(changes);
    return report;
  }

  async claim(request: ClaimRequest): Promise<Claim> {
    return this.#open().claim(request);
  }

  async settle(settlement: Settlement): Promise<OfferReport> {
    const { report, changes } = this.#open().settle(settlement);
    await this.#journal.commit(changes);
    return report;
  }

  async renew(tokens: readonly string[], leaseMs: number): Promise<readonly string[]> {
    return this.#open().renew(tokens, leaseMs);
  }

  async reap(): Promise<number> {
    return this.#open().reap();
  }

  async lookup(url: string): Promise<TargetLookup> {
    return this.#open().lookup(url);
  }

  async statistics(): Promise<FrontierStatistics> {
    return this.#open().statistics();
  }

  close(): Promise<void> {
    return this.#journal.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #open(): FrontierCore {
    this.#journal.check();
    return this.#core;
  }
}

/** Node 22 calls node:sqlite experimental, on every start of a thread; what is used of it has not changed since. */
const QUIET = process.versions.deno === undefined ? ['--disable-warning=ExperimentalWarning'] : [];

/** The file in its thread. After a write that failed nothing more is written: memory is ahead of the file then. */
class Journal {
  readonly #thread: InThread<SqliteJournal>;
  readonly #path: string;
  #failure: FrontierError | undefined;
  #closing: Promise<void> | undefined;

  private constructor(thread: InThread<SqliteJournal>, path: string) {
    this.#thread = thread;
    this.#path = path;
  }

  static async open(path: string, recrawl: boolean, core: FrontierCore): Promise<Journal> {
    let thread: InThread<SqliteJournal> | undefined;
    try {
      // On behalf of nobody, and of no run(): a frontier outlives whoever opened it.
      thread = await outsideAllTasks(openJournal, path, recrawl);
      // One piece is read while the one before is taken in.
      for (let reading = thread.read(); ; ) {
        const entries = await reading;
        if (entries.length === 0) break;
        reading = thread.read();
        for (const { entry, state } of entries) core.restore(entry, state);
      }
      const { hostDelays, checkpoint } = await thread.state();
      core.restoreState(hostDelays, checkpoint === undefined ? undefined : JSON.parse(checkpoint));
      return new Journal(thread, path);
    } catch (error) {
      await thread?.terminate();
      if (error instanceof CancelledError) throw error;
      throw openingError(path, (error as Error).message);
    }
  }

  /** @throws FrontierError when it is closed, or a write has failed */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closing !== undefined)
      throw new FrontierError('ERR_OXBOW_CRAWLER_FRONTIER_CLOSED', 'This frontier is closed');
  }

  /** Goes on when whoever waits is cancelled: memory has the changes already. */
  async commit({ checkpoint, ...changes }: FrontierChanges): Promise<void> {
    const text = checkpoint === undefined ? undefined : JSON.stringify(checkpoint);
    try {
      await outsideAllTasks(commitAsPromise, this.#thread, { ...changes, checkpoint: text });
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

async function openJournal(path: string, recrawl: boolean): Promise<InThread<SqliteJournal>> {
  // Later than the turn this was called in, which belongs to a loop.
  await undefined;
  const module = () => import('./sqlite-journal.ts');
  return openInThread({ module, name: path, execArgv: QUIET }, 'SqliteJournal', path, recrawl);
}

/** A native promise, made on behalf of nobody, is cancelled by nobody. */
function commitAsPromise(thread: InThread<SqliteJournal>, changes: JournalChanges): Promise<void> {
  return new Promise((resolve, reject) => {
    thread.commit(changes).then(resolve, reject);
  });
}

function openingError(path: string, message: string): FrontierError {
  const isLocked = message.includes('locked');
  return isLocked
    ? new FrontierError('ERR_OXBOW_CRAWLER_FRONTIER_LOCKED', `${path} is in use by another process`)
    : new FrontierError(
        'ERR_OXBOW_CRAWLER_FRONTIER_FILE',
        `${path} cannot be opened as a frontier: ${message}`,
      );
}
