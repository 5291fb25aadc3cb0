/**
 * What travels between the observatory and its pages, as msgpack messages. Types alone: both sides import this file,
 * and neither the crawler's classes nor the page's elements are known here.
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

/** The figures that every message carries whole, so that a lost one loses nothing. */
export interface CrawlFigures {
  readonly state: CrawlState;
  readonly elapsedMs: number;
  readonly pages: number;
  readonly links: number;
  readonly failed: number;
  readonly bytes: number;
  readonly queued: number;
  readonly inFlight: number;
  /** Of the last second while the crawl runs; its mean before the first second has passed, and after the end. */
  readonly pagesPerSecond: number;
  readonly bytesPerSecond: number;
  /** How late the crawler's own event loop was at worst while the crawl ran, in milliseconds. */
  readonly loopLagMs: number;
  /** URLs by status, most frequent first; status 0 are those that nobody answered. */
  readonly statuses: readonly (readonly [status: number, count: number])[];
  /** The longest queues first, at most `MAX_HOSTS`. */
  readonly hosts: readonly HostFigures[];
  /** How many hosts there are beyond those listed. */
  readonly otherHosts: number;
  readonly slowest: readonly PageNote[];
  readonly viewers: number;
}

/** One answered URL. */
export interface PageNote {
  readonly url: string;
  readonly status: number;
  readonly title: string | null;
  readonly bytes: number;
  readonly elapsedMs: number;
}

/** One URL that came to nothing, with the reason in words. */
export interface FailureNote {
  readonly url: string;
  readonly reason: string;
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
  readonly figures: CrawlFigures;
  readonly series: readonly SeriesPoint[];
  readonly recent: readonly PageNote[];
  readonly failures: readonly FailureNote[];
  readonly nodes: readonly TreeNode[];
}

/** What came since the message numbered one less. */
export interface Update {
  readonly kind: 'update';
  readonly sequence: number;
  readonly figures: CrawlFigures;
  readonly series: readonly SeriesPoint[];
  readonly recent: readonly PageNote[];
  readonly failures: readonly FailureNote[];
  readonly nodes: readonly TreeNode[];
}

/** Observatory to page. */
export type FeedMessage = Snapshot | Update;

/** Page to observatory. `snapshot` asks for a whole picture after a gap. */
export interface PageCommand {
  readonly kind: 'pause' | 'resume' | 'stop' | 'snapshot';
}
