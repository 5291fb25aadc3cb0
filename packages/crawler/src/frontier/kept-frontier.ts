/**
 * What the engines with a file have in common: the rules of FrontierCore in memory, and a journal that keeps every change before it is
 * confirmed. Claims write nothing. It does not know how the journal keeps them.
 */
import type { Entry, FrontierChanges } from './entry.ts';
import type {
  Claim,
  ClaimedTarget,
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
import type { FrontierCore } from './frontier-core.ts';

/** How a frontier's file is opened. */
export interface FrontierFileOptions extends FrontierOptions {
  /**
   * Has every URL of a finished crawl wait again, with the validators of its last answer, and forgets the checkpoint: the output starts
   * anew. A crawl that is not finished just goes on. Default false.
   */
  readonly recrawl?: boolean;
  /** Makes the file when it is not there. Default true. */
  readonly create?: boolean;
  /** The options for what the file says of its crawl, undefined in a new one. What it throws refuses the file, untouched. */
  readonly optionsFor?: (rules: unknown) => FrontierOptions;
}

/** A frontier from a file. */
export interface OpenedFrontierFile {
  readonly frontier: Frontier & AsyncDisposable;
  /** Goes on after the close, from memory. */
  lookup(url: string): TargetLookup;
}

/** Keeps changes. After a write that failed nothing more is written: memory is ahead of the file then. */
export interface FrontierJournal {
  /** @throws FrontierError when it is closed, or a write has failed */
  check(): void;
  /** Resolves when the changes are on the disk; goes on when the waiting task is cancelled: memory has them already. */
  commit(changes: FrontierChanges): Promise<void>;
  keepRules(rules: unknown): Promise<void>;
  /** All of a URL that waits, by its id. */
  read(id: number): Promise<Entry>;
  close(): Promise<void>;
}

/** A journal that was read, and what it said. */
export interface OpenedJournal {
  readonly journal: FrontierJournal;
  readonly core: FrontierCore;
  readonly incarnation: string;
  readonly rules: unknown;
}

/** A frontier of which every change is in a file before it is confirmed. */
export class KeptFrontier implements Frontier, AsyncDisposable {
  readonly isDurable = true;
  readonly incarnation: string;
  readonly #core: FrontierCore;
  readonly #journal: FrontierJournal;
  #rules: unknown;

  constructor({ core, journal, incarnation, rules }: OpenedJournal) {
    this.#core = core;
    this.#journal = journal;
    this.incarnation = incarnation;
    this.#rules = rules;
  }

  async offer(urls: readonly (string | CrawlTarget)[]): Promise<OfferReport> {
    const { report, changes } = this.#open().offer(urls);
    if (report.accepted > 0) await this.#journal.commit(changes);
    return report;
  }

  async claim(request: ClaimRequest): Promise<Claim> {
    const core = this.#open();
    const { leases, ...rest } = core.take(request);
    const items: ClaimedTarget[] = [];
    for (const { token, item, entry } of leases)
      items.push(core.load(token, entry ?? (await this.#journal.read(item.id))));
    return { items, ...rest };
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
