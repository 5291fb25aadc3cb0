/**
 * What travels between the observatory and its pages: the feed as msgpack messages, details and searches as JSON. Types alone: both
 * sides import this file, and neither the crawler's classes nor the page's elements are known here.
 */

/** Where the crawl stands. */
export type CrawlState = 'crawling' | 'paused' | 'stopping' | 'stopped' | 'finished';

/** One host of the frontier. */
export interface HostFigures {
  readonly host: string;
  readonly queued: number;
  readonly inFlight: number;
  /** Pause the host is given between two requests, in milliseconds. */
  readonly delayMs: number;
}

/** How long answers took: half of them at most `p50Ms`, nine in ten `p90Ms`, 99 in 100 `p99Ms`. */
export interface Latency {
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
}

/** The figures that every message carries whole, so that a lost one loses nothing. */
export interface CrawlFigures {
  readonly state: CrawlState;
  readonly elapsedMs: number;
  /** How long what is queued will take at the present rate, in milliseconds; null while that cannot be told. */
  readonly leftMs: number | null;
  readonly pages: number;
  readonly links: number;
  readonly failed: number;
  readonly redirects: number;
  /** Tries that failed and were put off. */
  readonly retries: number;
  readonly bytes: number;
  readonly queued: number;
  readonly inFlight: number;
  /** Requests at a time, as it is tuned now. */
  readonly concurrency: number;
  /** Of the last second while the crawl runs; its mean before the first second has passed, and after the end. */
  readonly pagesPerSecond: number;
  readonly bytesPerSecond: number;
  /** How late the crawler's own event loop was at worst while the crawl ran, in milliseconds. */
  readonly loopLagMs: number;
  /** Null before the first answer. */
  readonly latency: Latency | null;
  /** URLs by status, most frequent first; status 0 are those that nobody answered. */
  readonly statuses: readonly (readonly [status: number, count: number])[];
  /** Links that were not followed, by reason in words, most first. */
  readonly skipped: readonly { readonly words: string; readonly count: number }[];
  /** The longest queues first, at most `MAX_HOSTS`. */
  readonly hosts: readonly HostFigures[];
  /** How many hosts there are beyond those listed. */
  readonly otherHosts: number;
  readonly slowest: readonly PageNote[];
  readonly viewers: number;
}

/** One URL as a row shows it. */
export interface PageNote {
  readonly url: string;
  /** 0: nobody answered. */
  readonly status: number;
  /** Of a URL that nobody answered: what happened. */
  readonly title: string | null;
  readonly bytes: number;
  readonly elapsedMs: number;
}

/** All URLs that failed in one way. */
export interface FailureGroup {
  /** A status such as `404`, or one of the crawl's reasons such as `network`. */
  readonly kind: string;
  /** What happened, such as `answered 404 Not Found`. */
  readonly words: string;
  /** What to do about it. */
  readonly advice: string;
  /** Whether the crawl may be told to try them again. */
  readonly isWorthRetrying: boolean;
  readonly count: number;
  /** The last few. */
  readonly last: readonly FailedUrl[];
}

/** One URL that came to nothing, or was answered with trouble. */
export interface FailedUrl {
  readonly url: string;
  /** What happened to it, with the details. */
  readonly reason: string;
}

/** What the crawl was asked to do. Null is no limit, or no such file. */
export interface CrawlSettings {
  /** What the seeds are, where their URLs do not tell; null where they do. */
  readonly subject: string | null;
  /** Whether it goes on with an earlier crawl: what is not said now holds as it was said then. */
  readonly isResumed: boolean;
  /** As it was asked for, in milliseconds; null: what each host is given by itself. */
  readonly delayMs: number | null;
  readonly maxPages: number | null;
  readonly maxDepth: number | null;
  readonly obeysRobots: boolean;
  readonly scope: string;
  readonly userAgent: string | null;
  readonly frontier: string | null;
  /** Where the rows go; null: they are counted, not written. */
  readonly output: string | null;
}

/** One stretch of the plots: a second, or more of a long crawl's past. */
export type SeriesPoint = readonly [
  elapsedSeconds: number,
  pagesPerSecond: number,
  bytesPerSecond: number,
  lagMs: number,
];

/** One page of the growing tree: `parent` is the index of the page that led to it, -1 for a seed. */
export type TreeNode = readonly [parent: number, status: number, url: string];

/** All that a page needs to draw from nothing. */
export interface Snapshot {
  readonly kind: 'snapshot';
  readonly sequence: number;
  readonly seeds: readonly string[];
  readonly settings: CrawlSettings;
  readonly figures: CrawlFigures;
  readonly series: readonly SeriesPoint[];
  readonly recent: readonly PageNote[];
  readonly failures: readonly FailureGroup[];
  /** Sentences that a person should know, the last one first. */
  readonly notices: readonly string[];
  readonly nodes: readonly TreeNode[];
}

/** What came since the message numbered one less. */
export interface Update {
  readonly kind: 'update';
  readonly sequence: number;
  readonly figures: CrawlFigures;
  readonly series: readonly SeriesPoint[];
  readonly recent: readonly PageNote[];
  /** All groups, when one of them has changed; else null. */
  readonly failures: readonly FailureGroup[] | null;
  /** All notices, when one came; else null. */
  readonly notices: readonly string[] | null;
  readonly nodes: readonly TreeNode[];
}

/** One stage of the crawl's pipeline, as `crawl.why()` tells it. */
export interface StageFigures {
  readonly name: string;
  /** What waits in it. */
  readonly queued: number;
  /** Whether it holds back what stands before it. */
  readonly holdsBack: boolean;
  readonly waitsFor: string;
}

/** One task of the crawler's event loop; `depth` below the task that waits for it or has created it. */
export type TaskRow = readonly [depth: number, name: string, doing: string];

/** What goes on inside of the crawler at one moment. Not numbered: the next one replaces it. */
export interface Inside {
  readonly kind: 'inside';
  /** What limits the crawl, in a sentence. */
  readonly why: string;
  /** From the frontier to the consumer. */
  readonly stages: readonly StageFigures[];
  readonly tasks: readonly TaskRow[];
  /** Tasks beyond those listed. */
  readonly otherTasks: number;
}

/** Observatory to page. */
export type FeedMessage = Snapshot | Update | Inside;

/** Page to observatory. `snapshot` asks for a whole picture after a gap; `retry` has failed URLs of one kind visited again. */
export type PageCommand =
  | { readonly kind: 'pause' | 'resume' | 'stop' | 'snapshot' }
  | { readonly kind: 'tune'; readonly concurrency?: number; readonly delayMs?: number }
  | { readonly kind: 'retry'; readonly failure: string };

/** Inclusive limits of what a page may tune; the same as on the command line. */
export const TUNABLE = {
  concurrency: [1, 1024],
  delayMs: [0, 86_400_000],
} as const;

/** Everything that is kept of one URL. */
export interface PageDetail extends PageNote {
  readonly depth: number;
  /** The page with the link; null for a seed. */
  readonly referrer: string | null;
  readonly contentType: string | null;
  /** Which try was answered, or failed last; 1 for the first. */
  readonly attempt: number;
  /** ISO 8601; null where nobody answered. */
  readonly fetchedAt: string | null;
  /** Where a 3xx answer leads. */
  readonly redirectTo: string | null;
  /** Whether the body was longer than its limit: `links` are of its beginning. */
  readonly isTruncated: boolean;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The first of its links. */
  readonly links: readonly string[];
  readonly linkCount: number;
  readonly failure: (FailedUrl & Pick<FailureGroup, 'kind' | 'advice'>) | null;
}

/** Answer to `GET /detail?url=…`. */
export interface DetailAnswer {
  /** Null for a URL that was not fetched, or so long ago that it is forgotten. */
  readonly detail: PageDetail | null;
  /** Why it was fetched, skipped or waits, in sentences. */
  readonly explanation: readonly string[];
}

/** Answer to `GET /pages?…`. */
export interface SearchAnswer {
  /** URLs searched. */
  readonly searched: number;
  readonly matches: number;
  /** The first of the matches. */
  readonly pages: readonly PageNote[];
}
