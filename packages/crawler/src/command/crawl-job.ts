/** One crawl as the command line asked for it: the crawler with its output, and what it counts. */
import type { FlowReport } from '@oxbow/stream';
import { Crawler } from '../crawler.ts';
import type { FrontierOpener } from '../frontier/frontier-opener.ts';
import type { CrawlerOptions, CrawlLimits } from '../options/crawl-options.ts';
import { crawlReport } from '../report/crawl-report.ts';
import type { CrawlFailure, CrawlObserver } from '../report/observer.ts';
import type { Page } from '../visit/page.ts';
import type { CrawlRequest } from './command-line.ts';
import { answeredWith, inWords, skipInWords } from './failure-words.ts';
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
  /** What happened, with its details. */
  readonly reason: string;
  /** What it has in common with others: a status such as `404`, or one of the crawl's reasons such as `network`; see `failureKind`. */
  readonly kind: string;
  /** The page with the link; null for a seed. */
  readonly referrer: string | null;
  readonly depth: number;
  /** Which try this was, 1 for the first. */
  readonly attempt: number;
}

/** The figures of one moment. */
export interface JobCounts {
  readonly state: JobState;
  readonly pages: number;
  readonly links: number;
  readonly failed: number;
  readonly bytes: number;
  /** Answers with a 3xx status. */
  readonly redirects: number;
  /** Tries that failed and were put off. */
  readonly retries: number;
  readonly queued: number;
  readonly inFlight: number;
  /** Requests at a time, as it is tuned now; 0 before the crawl has begun. */
  readonly concurrency: number;
  /** Links that were not followed, by reason, most first. */
  readonly skipped: readonly { readonly words: string; readonly count: number }[];
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
  /** Where the frontier is kept: a file, or what opens one elsewhere; undefined: in memory. */
  readonly frontier: string | FrontierOpener | undefined;
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
    return this.#crawl.to(await outputSink(this.#out, format, { append, overwrite }));
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

  /**
   * Changes how many requests are sent at a time, and the pause between two to one host in milliseconds.
   * @throws CrawlerOptionError before the crawl has begun, and for values that cannot be used
   */
  tune(change: { readonly concurrency?: number; readonly delayMs?: number }): void {
    this.#crawl.tune(change);
  }

  /** Has the URLs visited again that failed for one reason. Gives how many there are. */
  retryFailed(reason: string): Promise<number> {
    return this.#crawl.retryFailed({ reason: reason as CrawlFailure['reason'] });
  }

  /** What limits the crawl at this moment. */
  why(): FlowReport {
    return this.#crawl.why();
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

  /** Whether the crawl has its files, so that there is something to tell of it; it stays so after its end. */
  get hasBegun(): boolean {
    return this.#crawl.statistics().concurrency > 0;
  }

  get hasEnded(): boolean {
    return this.#crawl.statistics().state === 'ended';
  }

  /** The figures of the summary line. */
  totals(): CrawlTotals {
    const { pages, links, failed, bytes, elapsedMs, pagesPerSecond } = this.#crawl.statistics();
    return { pages, links, failed, bytes, elapsedMs, pagesPerSecond };
  }

  /**
   * What was not fetched or came to nothing, by reason, with what to do. That a link leads to another site, or deeper than was
   * asked for, is as it should be.
   */
  report(): readonly string[] {
    const statistics = this.#crawl.statistics();
    return crawlReport({ ...statistics, skipped: { ...statistics.skipped, scope: 0, depth: 0 } });
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
      redirects: statistics.redirects,
      retries: statistics.retries,
      concurrency: statistics.concurrency,
      skipped: Object.entries(statistics.skipped)
        .filter(([, count]) => count > 0)
        .sort(([, a], [, b]) => b - a)
        .map(([reason, count]) => ({ words: skipInWords(reason), count })),
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
        if (page.status < 400) return;
        const { url, status, referrer, depth, attempt } = page;
        const note = { url, reason: answeredWith(page), kind: String(status), referrer, depth, attempt };
        listener?.failure(note, depth === 0);
      },
      failure: (failure) => {
        const { url, reason: kind, referrer, depth, attempt } = failure;
        listener?.failure({ url, reason: inWords(failure), kind, referrer, depth, attempt }, depth === 0);
      },
      notice: ({ message }) => listener?.notice?.(message),
    };
  }
}

/** The options of the crawler that a request means. */
export function crawlerOptions(
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

function limitsOf({ maxPages, maxDepth, resume, joins }: CrawlRequest): CrawlLimits {
  return {
    ...(joins ? {} : { maxQueriesPerPath: MAX_QUERIES_PER_PATH }),
    ...(maxDepth !== undefined
      ? { maxDepth }
      : resume || joins
        ? {}
        : { maxDepth: Number.POSITIVE_INFINITY }),
    ...(maxPages === undefined ? {} : { maxPages }),
  };
}
