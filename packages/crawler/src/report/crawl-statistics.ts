/** Counts what a crawl has done, so that it can be asked at any time and go on counting after a resume. It decides nothing. */
import type { FrontierStatistics, HostStatistics } from '../frontier/frontier.ts';
import type { FailureReason } from './observer.ts';

/** Where a crawl stands. */
export type CrawlState = 'idle' | 'running' | 'paused' | 'stopping' | 'ended';

/** Why links were not followed. */
export type SkipReason = 'scope' | 'robots' | 'trap' | 'depth' | 'redirects' | 'url';

/** A frozen picture of a crawl. Counts of a crawl that was resumed include what it did before. */
export interface CrawlStatistics {
  readonly state: CrawlState;
  /** Answers with a 2xx status. */
  readonly pages: number;
  /** Links on those pages. */
  readonly links: number;
  /** Other URLs that were claimed and are finished, redirects apart: other statuses, and URLs that came to nothing. */
  readonly failed: number;
  /** Answers with a 3xx status. */
  readonly redirects: number;
  /** Bytes of all bodies, decompressed. */
  readonly bytes: number;
  /** Tries that failed and were put off. */
  readonly retries: number;
  /** URLs that wait in the frontier. */
  readonly queued: number;
  /** URLs that are claimed and not settled. */
  readonly leased: number;
  /** URLs ever seen. */
  readonly known: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** URLs that came to nothing, by reason. */
  readonly failures: Readonly<Record<string, number>>;
  /** Links that were not followed, by reason; each time one is seen counts. */
  readonly skipped: Readonly<Record<string, number>>;
  /** The hosts with the longest queues. */
  readonly perHost: readonly HostStatistics[];
  /** Hosts known. */
  readonly hosts: number;
  /** Milliseconds this run has lasted. */
  readonly elapsedMs: number;
  /** Pages of this run for each second it has lasted. */
  readonly pagesPerSecond: number;
}

/** The counts that a frontier's checkpoint keeps. */
export interface CrawlTotals {
  pages: number;
  links: number;
  failed: number;
  redirects: number;
  bytes: number;
  retries: number;
  statuses: Record<string, number>;
  failures: Record<string, number>;
}

/** Counts up; `restore` goes on from earlier counts. Settled outcomes only, so that the counts match the output. */
export class CrawlCounters {
  #totals: CrawlTotals = emptyTotals();
  #pagesBefore = 0;
  readonly #skipped: Record<string, number> = {};

  /** A copy that can be kept. */
  totals(): CrawlTotals {
    const { statuses, failures, ...rest } = this.#totals;
    return { ...rest, statuses: { ...statuses }, failures: { ...failures } };
  }

  /** Goes on from the counts of an earlier run. */
  restore(totals: CrawlTotals): void {
    this.revert(totals);
    this.#pagesBefore = this.#totals.pages;
  }

  /** Takes back what was counted since `totals`. */
  revert(totals: CrawlTotals): void {
    this.#totals = {
      ...emptyTotals(),
      ...totals,
      statuses: { ...totals.statuses },
      failures: { ...totals.failures },
    };
  }

  /** @param links how many the page has */
  answered(status: number, bytes: number, links: number): void {
    const totals = this.#totals;
    totals.bytes += bytes;
    increase(totals.statuses, String(status));
    if (status >= 200 && status < 300) {
      totals.pages++;
      totals.links += links;
    } else if (status >= 300 && status < 400) {
      totals.redirects++;
    } else {
      totals.failed++;
    }
  }

  failed(reason: FailureReason): void {
    this.#totals.failed++;
    increase(this.#totals.failures, reason);
  }

  retried(): void {
    this.#totals.retries++;
  }

  skipped(reason: SkipReason, count = 1): void {
    increase(this.#skipped, reason, count);
  }

  statistics(
    state: CrawlState,
    elapsedMs: number,
    frontier: FrontierStatistics | undefined,
  ): CrawlStatistics {
    const { statuses, failures, ...counts } = this.#totals;
    const pagesOfRun = counts.pages - this.#pagesBefore;
    return Object.freeze({
      state,
      ...counts,
      queued: frontier?.queued ?? 0,
      leased: frontier?.leased ?? 0,
      known: frontier?.known ?? 0,
      statuses: Object.freeze({ ...statuses }),
      failures: Object.freeze({ ...failures }),
      skipped: Object.freeze({ ...this.#skipped }),
      perHost: frontier?.perHost ?? Object.freeze([]),
      hosts: frontier?.hosts ?? 0,
      elapsedMs,
      pagesPerSecond: elapsedMs > 0 ? (pagesOfRun * 1000) / elapsedMs : 0,
    });
  }
}

function emptyTotals(): CrawlTotals {
  return { pages: 0, links: 0, failed: 0, redirects: 0, bytes: 0, retries: 0, statuses: {}, failures: {} };
}

function increase(counts: Record<string, number>, name: string, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by;
}
