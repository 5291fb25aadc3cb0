/** Counts what a crawl has done, so that it can be asked at any time and go on counting after a resume. It decides nothing. */
import type { FrontierStatistics, HostStatistics } from '../frontier/frontier.ts';
import type { FailureReason } from './observer.ts';

/** Where a crawl stands. */
export type CrawlState = 'idle' | 'running' | 'paused' | 'stopping' | 'ended';

/** Why links were not followed. */
export type SkipReason =
  | 'scope'
  | 'robots'
  | 'nofollow'
  | 'trap'
  | 'depth'
  | 'redirects'
  | 'url'
  | 'host-limit'
  | 'sitemap';

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
  /** Rows and records written. */
  readonly rows: number;
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
  /** Links that were not followed, by reason; each time one is seen counts. Of this run. */
  readonly skipped: Readonly<Record<string, number>>;
  /** The hosts with the longest queues. */
  readonly perHost: readonly HostStatistics[];
  /** Hosts known. */
  readonly hosts: number;
  /** Requests that may be out at a time, as `tune` left it; 0 before the crawl has begun. */
  readonly concurrency: number;
  /** Milliseconds this run has lasted. */
  readonly elapsedMs: number;
  /** Pages of this run for each second it has lasted. */
  readonly pagesPerSecond: number;
}

/** Counts that are added up, by name; a frontier keeps them as its sums. `status:404` and `failure:network` are counts too. */
export type Sums = Readonly<Record<string, number>>;

/** What one answered URL adds. @param links how many the page has @param rows how many are written for it */
export function answerSums(status: number, bytes: number, links: number, rows: number): Sums {
  const common = { bytes, rows, [`status:${status}`]: 1 };
  if (status >= 200 && status < 300) return { ...common, pages: 1, links };
  return { ...common, [status >= 300 && status < 400 ? 'redirects' : 'failed']: 1 };
}

/** What one URL that came to nothing adds. */
export function failureSums(reason: FailureReason): Sums {
  return { failed: 1, [`failure:${reason}`]: 1 };
}

/** What one try that was put off adds. */
export const RETRY_SUMS: Sums = Object.freeze({ retries: 1 });

/** All of them together. */
export function totalOf(parts: Iterable<Sums>): Record<string, number> {
  const total: Record<string, number> = {};
  for (const part of parts) for (const [name, value] of Object.entries(part)) increase(total, name, value);
  return total;
}

/** Counts up; `restore` goes on from earlier counts. Settled outcomes only, so that the counts match the output. */
export class CrawlCounters {
  #sums: Record<string, number> = {};
  #pagesBefore = 0;
  readonly #skipped: Record<string, number> = {};

  /** Answers with a 2xx status that are settled. */
  get pages(): number {
    return this.#sums.pages ?? 0;
  }

  /** Goes on from the counts of an earlier run. */
  restore(sums: Sums): void {
    this.#sums = { ...sums };
    this.#pagesBefore = this.pages;
  }

  /** Takes over the counts of the frontier, which has those of other workers too. */
  follow(sums: Sums): void {
    this.#sums = { ...sums };
  }

  /** Takes in what was settled. */
  add(sums: Sums): void {
    for (const [name, value] of Object.entries(sums)) increase(this.#sums, name, value);
  }

  skipped(reason: SkipReason, count = 1): void {
    increase(this.#skipped, reason, count);
  }

  statistics(
    state: CrawlState,
    elapsedMs: number,
    frontier: FrontierStatistics | undefined,
    concurrency = 0,
  ): CrawlStatistics {
    const count = (name: string): number => this.#sums[name] ?? 0;
    return Object.freeze({
      state,
      pages: count('pages'),
      links: count('links'),
      failed: count('failed'),
      redirects: count('redirects'),
      bytes: count('bytes'),
      retries: count('retries'),
      rows: count('rows'),
      queued: frontier?.queued ?? 0,
      leased: frontier?.leased ?? 0,
      known: frontier?.known ?? 0,
      statuses: this.#named('status:'),
      failures: this.#named('failure:'),
      skipped: Object.freeze({ ...this.#skipped }),
      perHost: frontier?.perHost ?? Object.freeze([]),
      hosts: frontier?.hosts ?? 0,
      concurrency,
      elapsedMs,
      pagesPerSecond: elapsedMs > 0 ? ((this.pages - this.#pagesBefore) * 1000) / elapsedMs : 0,
    });
  }

  #named(prefix: string): Readonly<Record<string, number>> {
    const named = Object.entries(this.#sums).filter(([name]) => name.startsWith(prefix));
    return Object.freeze(
      Object.fromEntries(named.map(([name, value]) => [name.slice(prefix.length), value])),
    );
  }
}

function increase(counts: Record<string, number>, name: string, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by;
}
