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
import { type InThread, moduleAt, openInThread } from '@oxbow/threads';
import { FrontierError } from '../errors.ts';
import type {
  Claim,
  ClaimRequest,
  CrawlTarget,
  Frontier,
  FrontierOptions,
  FrontierState,
  FrontierStatistics,
  OfferReport,
  Settlement,
  TargetLookup,
} from './frontier.ts';
import { type FrontierChanges, FrontierCore } from './frontier-core.ts';
import type { SqliteJournal } from './sqlite-journal.ts';

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
  return (await openFrontierFile(path, options)).frontier;
}

/** How the crawler opens a frontier's file. */
export interface FrontierFileOptions extends SqliteFrontierOptions {
  /** Makes the file when it is not there. Default true. */
  readonly create?: boolean;
  /** The options for what the file says of its crawl, undefined in a new one. What it throws refuses the file, untouched. */
  readonly optionsFor?: (rules: unknown) => FrontierOptions;
}

/** A journal that was read, and what it said. */
interface OpenedJournal {
  readonly journal: Journal;
  readonly core: FrontierCore;
  readonly incarnation: string;
  readonly rules: unknown;
}

/** As `openSqliteFrontier`; its lookups go on after the close, from memory. */
export async function openFrontierFile(
  path: string,
  options: FrontierFileOptions = {},
): Promise<{ readonly frontier: Frontier & AsyncDisposable; lookup(url: string): TargetLookup }> {
  const { recrawl = false, create = true, optionsFor = () => rest, ...rest } = options;
  const createCore = (rules: unknown): FrontierCore => new FrontierCore(optionsFor(rules));
  const opened = await Journal.open({ path, recrawl, create, createCore });
  return { frontier: new SqliteFrontier(opened), lookup: (url) => opened.core.lookup(url) };
}

class SqliteFrontier implements Frontier, AsyncDisposable {
  readonly isDurable = true;
  readonly incarnation: string;
  readonly #core: FrontierCore;
  readonly #journal: Journal;
  #rules: unknown;

  constructor({ core, journal, incarnation, rules }: OpenedJournal) {
    this.#core = core;
    this.#journal = journal;
    this.incarnation = incarnation;
    this.#rules = rules;
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

  async retryFailed(request: { readonly reason?: string } = {}): Promise<number> {
    const { count, changes } = this.#open().retryFailed(request.reason);
    if (count > 0) await this.#journal.commit(changes);
    return count;
  }

  async statistics(output?: string): Promise<FrontierStatistics> {
    return this.#open().statistics(output);
  }

  async changed(signal?: AbortSignal): Promise<void> {
    await this.#open().changes.next(signal);
  }

  async control(state: FrontierState): Promise<void> {
    this.#open().control(state);
  }

  async rules(update?: unknown): Promise<unknown> {
    this.#open();
    if (update !== undefined) {
      await this.#journal.keepRules(update);
      this.#rules = update;
    }
    return this.#rules;
  }

  close(): Promise<void> {
    this.#core.changes.close();
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

/** How a journal is opened. */
interface JournalOptions {
  readonly path: string;
  readonly recrawl: boolean;
  readonly create: boolean;
  readonly createCore: (rules: unknown) => FrontierCore;
}

type ThreadCall = (thread: InThread<SqliteJournal>) => PromiseLike<void>;

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

  static async open({ path, recrawl, create, createCore }: JournalOptions): Promise<OpenedJournal> {
    let thread: InThread<SqliteJournal> | undefined;
    let core: FrontierCore | undefined;
    try {
      // On behalf of nobody, and of no run(): a frontier outlives whoever opened it.
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

  /** @throws FrontierError when it is closed, or a write has failed */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closing !== undefined)
      throw new FrontierError('ERR_OXBOW_CRAWLER_FRONTIER_CLOSED', 'This frontier is closed');
  }

  /** Goes on when whoever waits is cancelled: memory has the changes already. */
  commit({ ledger, ...changes }: FrontierChanges): Promise<void> {
    const text = ledger === undefined ? undefined : JSON.stringify(ledger);
    return this.#write((thread) => thread.commit({ ...changes, ledger: text }));
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

/** By its URL: Bun cannot read a closure. Sources run unbuilt, so the module has the ending that this file has. */
function besideThisFile(name: string): URL {
  return new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
}

async function openJournal(
  path: string,
  recrawl: boolean,
  create: boolean,
): Promise<InThread<SqliteJournal>> {
  // Later than the turn this was called in, which belongs to a loop.
  await undefined;
  const module = moduleAt<typeof import('./sqlite-journal.ts')>(besideThisFile('sqlite-journal'));
  return openInThread({ module, name: path, execArgv: QUIET }, 'SqliteJournal', path, recrawl, create);
}

/** A native promise, made on behalf of nobody, is cancelled by nobody. */
function callAsPromise(thread: InThread<SqliteJournal>, call: ThreadCall): Promise<void> {
  return new Promise((resolve, reject) => {
    call(thread).then(resolve, reject);
  });
}

/** What whoever opens a file has against it. */
class Refused extends Error {
  readonly reason: unknown;

  constructor(reason: unknown) {
    super('the file is refused');
    this.reason = reason;
  }
}

function refusing<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new Refused(error);
  }
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
