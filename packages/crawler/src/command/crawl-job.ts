/** One crawl as the command line asked for it: the crawler with its output, and what it counts. */
import { Crawler } from '../crawler.ts';
import type { CrawlerOptions, CrawlLimits } from '../options/crawl-options.ts';
import type { CrawlFailure, CrawlObserver } from '../report/observer.ts';
import type { Page } from '../visit/page.ts';
import type { CrawlRequest } from './command-line.ts';
import { outputSink } from './output-file.ts';
import type { CrawlTotals } from './summary-line.ts';

/** Hosts listed on the page. */
const MAX_HOSTS = 8;
/** Many a site keeps all its pages in the query of one path; the limit on the URLs of a host ends the endless ones. */
const MAX_QUERIES_PER_PATH = 100_000;

/** Where the crawl stands, in the words of a person who watches. */
export type JobState = 'crawling' | 'paused' | 'stopping' | 'stopped' | 'finished';

/** A URL that came to nothing, or was answered with trouble, in words. */
export interface FailureNote {
  readonly url: string;
  readonly reason: string;
}

/** The figures of one moment. */
export interface JobCounts {
  readonly state: JobState;
  readonly pages: number;
  readonly links: number;
  readonly failed: number;
  readonly bytes: number;
  readonly queued: number;
  readonly inFlight: number;
  readonly hosts: readonly {
    readonly host: string;
    readonly queued: number;
    readonly inFlight: number;
    readonly delayMs: number;
  }[];
  /** How many hosts there are beyond those listed. */
  readonly otherHosts: number;
}

/** Who is told of the crawl while it runs. */
export interface JobListener {
  page(page: Page): void;
  /** `isSeed`: it was asked for on the command line, or a redirect led there from such a URL. */
  failure(note: FailureNote, isSeed: boolean): void;
  /** Something to know, in a sentence. */
  notice?(sentence: string): void;
}

/** The files of a crawl, as absolute paths. */
export interface JobFiles {
  /** Where the rows go; undefined counts them only. */
  readonly out: string | undefined;
  /** Where the frontier is kept; undefined: in memory. */
  readonly frontier: string | undefined;
}

/** A crawl with its output. */
export class CrawlJob {
  readonly #crawl: Crawler;
  readonly #request: CrawlRequest;
  readonly #out: string | undefined;
  #stopped = false;
  #lastUrl: string | undefined;

  /** @param seeds empty: those of the frontier */
  constructor(seeds: readonly string[], request: CrawlRequest, files: JobFiles, listener?: JobListener) {
    this.#out = files.out;
    this.#request = request;
    this.#crawl = new Crawler(crawlerOptions(seeds, request, files, this.#observer(listener)));
  }

  /** Runs until the crawl ends. Cancelling the calling task ends it cleanly: everything answered is written. */
  async run(): Promise<void> {
    const { retryFailed, reason, format, append, overwrite } = this.#request;
    if (retryFailed)
      await this.#crawl.retryFailed(reason === undefined ? {} : { reason: reason as CrawlFailure['reason'] });
    if (this.#out === undefined) return this.#crawl.forEach(() => {});
    return this.#crawl.to(outputSink(this.#out, format, { append, overwrite }));
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

  /** Why a URL was fetched, skipped or waits, in sentences. */
  async explain(url: string): Promise<readonly string[]> {
    return (await this.#crawl.explain(url)).reasons;
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
  counts(): JobCounts {
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

  #state(state: 'idle' | 'running' | 'paused' | 'stopping' | 'ended'): JobState {
    if (state === 'ended') return this.#stopped ? 'stopped' : 'finished';
    return state === 'idle' || state === 'running' ? 'crawling' : state;
  }

  #observer(listener: JobListener | undefined): CrawlObserver {
    return {
      page: (page) => {
        this.#lastUrl = page.url;
        listener?.page(page);
        if (page.status >= 400)
          listener?.failure({ url: page.url, reason: answeredWith(page) }, page.depth === 0);
      },
      failure: (failure) =>
        listener?.failure({ url: failure.url, reason: inWords(failure) }, failure.depth === 0),
      notice: ({ message }) => listener?.notice?.(message),
    };
  }
}

function crawlerOptions(
  seeds: readonly string[],
  request: CrawlRequest,
  files: JobFiles,
  observer: CrawlObserver,
): CrawlerOptions {
  const { concurrency, delayMs, ignoreRobots, userAgent, headers, scope, include, exclude } = request;
  const rules = {
    ...(include.length > 0 ? { include } : {}),
    ...(exclude.length > 0 ? { exclude } : {}),
  };
  return {
    ...(seeds.length > 0 ? { seeds } : {}),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(delayMs === undefined ? {} : { politeness: { delayMs } }),
    ...(ignoreRobots ? { robots: false } : {}),
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(scope === undefined ? {} : { scope }),
    ...(Object.keys(rules).length === 0 ? {} : { scope: rules }),
    ...(files.frontier === undefined ? {} : { frontier: files.frontier }),
    limits: limitsOf(request),
    observer,
  };
}

function limitsOf({ maxPages, maxDepth, resume }: CrawlRequest): CrawlLimits {
  return {
    maxQueriesPerPath: MAX_QUERIES_PER_PATH,
    ...(maxDepth !== undefined ? { maxDepth } : resume ? {} : { maxDepth: Number.POSITIVE_INFINITY }),
    ...(maxPages === undefined ? {} : { maxPages }),
  };
}

/** The answers that a person meets, in the words of RFC 9110 §15. */
const STATUS_WORDS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  410: 'Gone',
  429: 'Too Many Requests',
  451: 'Unavailable For Legal Reasons',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

function answeredWith({ status, referrer }: Page): string {
  const words = STATUS_WORDS[status];
  const said = words === undefined ? `${status}` : `${status} ${words}`;
  return `answered ${said}${referrer === null ? '' : `, linked from ${referrer}`}`;
}

/** The reasons worth a word at the end; that a link leads to another site, or deeper than was asked for, is as it should be. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  robots: 'by order of robots.txt',
  nofollow: 'by order of their page',
  'host-limit': 'of hosts with more than 100000 URLs',
  trap: 'that look like a trap',
  redirects: 'behind too many redirects in a row',
  url: 'longer than 2083 characters',
};

const REASONS: Readonly<Record<CrawlFailure['reason'], string>> = {
  robots: 'robots.txt forbids it',
  'robots-unreachable': 'its robots.txt could not be read, so the site is left alone',
  scope: 'the crawl was narrowed',
  record: 'what was to be written cannot be',
  blocked: 'its address may not be connected to from here',
  timeout: 'it took too long',
  network: 'the network failed',
  handler: 'its handler failed',
};

function inWords({ reason, message, attempt }: CrawlFailure): string {
  return `${REASONS[reason]}${attempt > 1 ? ` (${attempt} tries)` : ''}: ${message}`;
}
