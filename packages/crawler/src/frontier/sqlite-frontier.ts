/**
 * The frontier that survives `kill -9`: the rules of FrontierCore in memory, and every change in a SQLite file before it is confirmed.
 *
 * Theory of operation: the file is a journal of URLs and their states, read once when it is opened. Claims never touch it, so they cost
 * what they cost in memory; an offer or settlement is one transaction (WAL, synchronous=FULL) in a thread of its own. Leases are not
 * kept: the file belongs to one process at a time, by SQLite's own lock, which ends with the process. So whoever opens it next finds
 * every URL that was not settled waiting. What memory holds is about 25 bytes for a settled URL, and the whole of those that wait.
 */
import { Worker } from 'node:worker_threads';
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
import type { JournalReply, JournalRequest, JournalWorkerData } from './sqlite-journal-worker.ts';

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
  return new SqliteFrontier(core, await Journal.open({ path, recrawl }, core));
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
const QUIET = ['--disable-warning=ExperimentalWarning'];

interface Call {
  resolve(): void;
  reject(error: FrontierError): void;
}

/** The thread and its file, as promises. After a write that failed nothing more is written: memory is ahead of the file then. */
class Journal {
  readonly #worker: Worker;
  readonly #path: string;
  readonly #calls = new Map<number, Call>();
  #lastCall = 0;
  #failure: FrontierError | undefined;
  #closing: Promise<void> | undefined;

  private constructor(worker: Worker, path: string) {
    this.#worker = worker;
    this.#path = path;
    worker.on('message', (reply: JournalReply) => this.#settled(reply));
    worker.on('error', (error) =>
      this.#fail(
        new FrontierError('ERR_OXBOW_CRAWLER_FRONTIER_FILE', `${path}: ${error.message}`, { cause: error }),
      ),
    );
    worker.unref();
  }

  static open(data: JournalWorkerData, core: FrontierCore): Promise<Journal> {
    const { path } = data;
    // Built, the file beside this one is JavaScript.
    const file = new URL(
      `./sqlite-journal-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`,
      import.meta.url,
    );
    const worker = new Worker(file, { workerData: data, execArgv: QUIET });
    return new Promise((resolve, reject) => {
      const onMessage = (reply: JournalReply): void => {
        if (reply.kind === 'entries') {
          for (const { entry, state } of reply.entries) core.restore(entry, state);
          return;
        }
        worker.off('message', onMessage);
        worker.off('error', onError);
        if (reply.kind === 'opened') {
          core.restoreState(
            reply.hostDelays,
            reply.checkpoint === undefined ? undefined : JSON.parse(reply.checkpoint),
          );
          resolve(new Journal(worker, path));
        } else {
          reject(openingError(path, reply.kind === 'failed' ? reply.message : reply.kind));
        }
      };
      const onError = (error: Error): void => reject(openingError(path, error.message));
      worker.on('message', onMessage);
      worker.on('error', onError);
    });
  }

  /** @throws FrontierError when it is closed, or a write has failed */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closing !== undefined)
      throw new FrontierError('ERR_OXBOW_CRAWLER_FRONTIER_CLOSED', 'This frontier is closed');
  }

  commit(changes: FrontierChanges): Promise<void> {
    return this.#call({ kind: 'commit', changes });
  }

  close(): Promise<void> {
    // A thread whose write failed may still hold the file; it is ended either way.
    this.#closing ??= this.#call({ kind: 'close' })
      .catch(() => {})
      .then(async () => {
        await this.#worker.terminate();
      });
    return this.#closing;
  }

  #call(request: { kind: 'commit'; changes: FrontierChanges } | { kind: 'close' }): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const call = ++this.#lastCall;
    this.#worker.ref();
    return new Promise<void>((resolve, reject) => {
      this.#calls.set(call, { resolve, reject });
      this.#worker.postMessage({ ...request, call } satisfies JournalRequest);
    });
  }

  #settled(reply: JournalReply): void {
    if (reply.kind === 'failed') {
      this.#fail(
        new FrontierError(
          'ERR_OXBOW_CRAWLER_FRONTIER_FILE',
          `${this.#path} cannot be written: ${reply.message}`,
        ),
      );
    } else if (reply.kind === 'settled') {
      this.#calls.get(reply.call)?.resolve();
      this.#calls.delete(reply.call);
    }
    if (this.#calls.size === 0) this.#worker.unref();
  }

  #fail(error: FrontierError): void {
    this.#failure ??= error;
    for (const call of this.#calls.values()) call.reject(error);
    this.#calls.clear();
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
