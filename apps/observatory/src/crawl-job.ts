/** One crawl as the command line asked for it: the crawler with its output, and what it counts. */
import { STATUS_CODES } from 'node:http';
import {
  Crawler,
  type CrawlFailure,
  type CrawlLimits,
  type CrawlObserver,
  jsonl,
  type Page,
} from '@oxbow/crawler';
import type { CrawlRequest } from './command-line.ts';
import type { AnsweredPage, CrawlCounts } from './crawl-feed.ts';
import type { CrawlState, FailureNote } from './feed-message.ts';
import type { CrawlTotals } from './summary-line.ts';

/** Hosts listed on the page. */
const MAX_HOSTS = 8;
/** A site whose URLs never end is left at this many; see `--max-pages` for fewer. */
const MAX_URLS_PER_HOST = 100_000;

/** Who is told of the crawl while it runs. */
export interface JobListener {
  page(page: AnsweredPage): void;
  /** `isSeed`: it was asked for on the command line, or a redirect led there from such a URL. */
  failure(note: FailureNote, isSeed: boolean): void;
}

/** The files of a crawl, as absolute paths. */
export interface JobFiles {
  /** Where the rows go; undefined counts them only. */
  readonly out: string | undefined;
  /** Where the frontier is kept; undefined: in memory. */
  readonly frontier: string | undefined;
}

export class CrawlJob {
  readonly seeds: readonly string[];
  readonly #crawl: Crawler;
  readonly #out: string | undefined;
  #stopped = false;
  #lastUrl: string | undefined;

  constructor(seeds: readonly string[], request: CrawlRequest, files: JobFiles, listener?: JobListener) {
    this.seeds = seeds;
    this.#out = files.out;
    this.#crawl = new Crawler({
      seeds,
      ...(request.concurrency === undefined ? {} : { concurrency: request.concurrency }),
      ...(request.delayMs === undefined ? {} : { politeness: { delayMs: request.delayMs } }),
      ...(request.ignoreRobots ? { robots: false } : {}),
      ...(files.frontier === undefined ? {} : { frontier: files.frontier }),
      limits: limitsOf(request),
      observer: this.#observer(listener),
    });
  }

  /** Runs until the crawl ends. Cancelling the calling task ends it cleanly: everything answered is written. */
  run(): Promise<void> {
    return this.#out === undefined ? this.#crawl.forEach(() => {}) : this.#crawl.to(jsonl(this.#out));
  }

  pause(): void {
    this.#crawl.pause();
  }

  resume(): void {
    this.#crawl.resume();
  }

  stop(): void {
    this.#stopped = true;
    this.#crawl.stop();
  }

  /** The URL that was answered last. */
  get lastUrl(): string | undefined {
    return this.#lastUrl;
  }

  /** Rows so far, whatever their status. */
  get answered(): number {
    const { statuses } = this.#crawl.statistics();
    return Object.values(statuses).reduce((sum, count) => sum + count, 0);
  }

  get hasEnded(): boolean {
    return this.#crawl.statistics().state === 'ended';
  }

  /** The figures of the summary line. */
  totals(): CrawlTotals {
    const { pages, links, failed, bytes, elapsedMs, pagesPerSecond } = this.#crawl.statistics();
    return { pages, links, failed, bytes, elapsedMs, pagesPerSecond };
  }

  /** Why links inside the site were not followed, in words; undefined when there is nothing to say. */
  leftOut(): string | undefined {
    const { skipped } = this.#crawl.statistics();
    const parts = Object.entries(LEFT_OUT)
      .filter(([reason]) => (skipped[reason] ?? 0) > 0)
      .map(([reason, words]) => `${skipped[reason]} ${words}`);
    return parts.length === 0 ? undefined : `links not followed: ${parts.join(', ')}`;
  }

  /** The figures of this moment, for a bar or a page. */
  counts(): Omit<CrawlCounts, 'loopLagMs' | 'viewers'> {
    const statistics = this.#crawl.statistics();
    return {
      state: this.#state(statistics.state),
      pages: statistics.pages,
      links: statistics.links,
      failed: statistics.failed,
      bytes: statistics.bytes,
      queued: statistics.queued,
      inFlight: statistics.leased,
      hosts: statistics.perHost
        .slice(0, MAX_HOSTS)
        .map(({ host, queued, leased, delayMs }) => ({ host, queued, inFlight: leased, delayMs })),
      otherHosts: Math.max(0, statistics.hosts - MAX_HOSTS),
    };
  }

  #state(state: 'idle' | 'running' | 'paused' | 'stopping' | 'ended'): CrawlState {
    if (state === 'ended') return this.#stopped ? 'stopped' : 'finished';
    return state === 'idle' || state === 'running' ? 'crawling' : state;
  }

  /** What a person would want to know of an answer; undefined for a good one. */
  #troubleWith(page: Page): string | undefined {
    if (page.status >= 400) return answeredWith(page);
    const { redirectTo, depth } = page;
    if (redirectTo === null || depth > 0) return undefined;
    const origin = originOf(redirectTo);
    return this.seeds.some((seed) => originOf(seed) === origin)
      ? undefined
      : `leads to ${redirectTo}, which is another site: name that one to crawl it`;
  }

  #observer(listener: JobListener | undefined): CrawlObserver {
    return {
      page: (page) => {
        this.#lastUrl = page.url;
        listener?.page(page);
        const reason = this.#troubleWith(page);
        if (reason !== undefined) listener?.failure({ url: page.url, reason }, page.depth === 0);
      },
      failure: (failure) =>
        listener?.failure({ url: failure.url, reason: inWords(failure) }, failure.depth === 0),
    };
  }
}

function originOf(url: string): string {
  return new URL(url).origin;
}

function limitsOf({ maxPages, maxDepth }: CrawlRequest): CrawlLimits {
  return {
    maxUrlsPerHost: MAX_URLS_PER_HOST,
    // Many a site keeps all its pages in the query of one path; the limit above ends the endless ones.
    maxQueriesPerPath: MAX_URLS_PER_HOST,
    maxDepth: maxDepth ?? Number.POSITIVE_INFINITY,
    ...(maxPages === undefined ? {} : { maxPages }),
  };
}

function answeredWith({ status, referrer }: Page): string {
  const words = STATUS_CODES[status] ?? 'an unknown status';
  return `answered ${status} ${words}${referrer === null ? '' : `, linked from ${referrer}`}`;
}

/** The reasons worth a word at the end; that a link leads to another site, or deeper than was asked for, is as it should be. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  robots: 'by order of robots.txt',
  trap: 'that look like a trap',
  redirects: 'behind too many redirects in a row',
  url: 'longer than 2083 characters',
};

const REASONS: Readonly<Record<CrawlFailure['reason'], string>> = {
  robots: 'robots.txt forbids it',
  'robots-unreachable': 'its robots.txt could not be read, so the site is left alone',
  blocked: 'its address may not be connected to from here',
  timeout: 'it took too long',
  network: 'the network failed',
  handler: 'its handler failed',
};

function inWords({ reason, message, attempt }: CrawlFailure): string {
  return `${REASONS[reason]}${attempt > 1 ? ` (${attempt} tries)` : ''}: ${message}`;
}
