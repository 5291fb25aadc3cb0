/**
 * What a frontier promises: which URLs are known, which wait, who works on which, and when a host may be asked again.
 * Deduplication and politeness live here and nowhere else, so that any number of workers may share one frontier. It is asynchronous,
 * works in batches and leases, and knows nothing of HTTP, HTML or files of output.
 *
 * Theory of operation: a URL is offered once; later offers are duplicates. `claim` leases URLs of hosts that are due. `settle` ends
 * leases: what was found, what is to be tried again and how far the output is written commit together or not at all. A lease that is
 * not renewed in time is taken back, its URL waits again, and whoever held it is refused at `settle`.
 */

/** What a server gave to recognise the version of a page by (RFC 9110 §8.8). */
export interface Validators {
  /** The ETag header, as it was sent. */
  readonly etag: string | null;
  /** The Last-Modified header, as it was sent. */
  readonly lastModified: string | null;
}

/** A URL to visit and how it was found. */
export interface CrawlTarget {
  /** Absolute, http or https; canonical form is the caller's work, a fragment is dropped here. */
  readonly url: string;
  /** Links from a seed to here. Default 0. */
  readonly depth?: number;
  /** The page that has the link; null for a seed. Default null. */
  readonly referrer?: string | null;
  /** Higher goes first within a host. Default 0; of equals the lower depth goes first, then what was offered first. */
  readonly priority?: number;
  /** Redirects in a row that led here. Default 0. */
  readonly redirects?: number;
  /** Of the version that is known already; null when none is. Default null. */
  readonly validators?: Validators | null;
}

/** A URL with its lease. */
export interface ClaimedTarget extends Required<CrawlTarget> {
  /** Names the lease, once: what `renew` and `settle` take. */
  readonly token: string;
  /** 1 for the first try, one more for each `retry` that had a `notBeforeMs`. */
  readonly attempt: number;
}

/** What `claim` asks for. */
export interface ClaimRequest {
  /** Who claims; for statistics and messages. */
  readonly workerId: string;
  /** At most this many, ≥ 1. */
  readonly count: number;
  /** Milliseconds until an unrenewed lease is taken back, > 0. */
  readonly leaseMs: number;
}

/** What `claim` gives. */
export interface Claim {
  readonly items: readonly ClaimedTarget[];
  /** When the next waiting URL is due, in milliseconds of the frontier's clock; null when none waits for a time. */
  readonly nextDueAtMs: number | null;
  /** True when nothing waits and nothing is leased: the crawl is complete. */
  readonly drained: boolean;
}

/** How a lease ends: for good (`done`, `failed`), or with the URL waiting again (`retry`). */
export type Outcome = 'done' | 'retry' | 'failed';

/** The end of one lease. */
export interface SettleResult {
  readonly token: string;
  readonly outcome: Outcome;
  /** URLs found on the page; offered in the same step. */
  readonly discovered?: readonly (string | CrawlTarget)[];
  /** Of the version that was fetched, to be kept for a recrawl; left out, what is known stays. */
  readonly validators?: Validators;
  /** For `retry`: not before this time of the frontier's clock. Without it the lease is given back, which counts as no attempt. */
  readonly notBeforeMs?: number;
}

/** What commits together. */
export interface Settlement {
  readonly results: readonly SettleResult[];
  /** New delays by host (`example.org`, `127.0.0.1:8080`), in milliseconds; they hold until changed. */
  readonly hostDelays?: Readonly<Record<string, number>>;
  /** How far the output is written: any JSON value, given back by `statistics`. Left out, the last one stays. */
  readonly checkpoint?: unknown;
}

/** What `offer` and `settle` did with the URLs they were given. */
export interface OfferReport {
  /** New URLs that now wait. */
  readonly accepted: number;
  /** URLs known before. */
  readonly duplicates: number;
  /** Not http(s), too long, or beyond their host's limit. */
  readonly refused: number;
}

/** The state of one URL. */
export type TargetState = 'unknown' | 'queued' | 'leased' | 'done' | 'failed';

/** What is known about one URL. */
export interface TargetLookup {
  readonly state: TargetState;
  /** When its host may be asked again, in milliseconds of the frontier's clock; null when the host is unknown. */
  readonly hostDueAtMs: number | null;
  /** Milliseconds between two requests to its host. */
  readonly hostDelayMs: number;
}

/** Counters of one host. */
export interface HostStatistics {
  readonly host: string;
  readonly known: number;
  readonly queued: number;
  readonly leased: number;
  readonly delayMs: number;
}

/** A frozen picture of a frontier. */
export interface FrontierStatistics {
  readonly known: number;
  readonly queued: number;
  readonly leased: number;
  readonly done: number;
  readonly failed: number;
  readonly hosts: number;
  /** The hosts with the longest queues, at most 1,000. */
  readonly perHost: readonly HostStatistics[];
  /** The checkpoint of the last settlement that had one; undefined before. */
  readonly checkpoint: unknown;
}

/** The store of a crawl's URLs. Every engine passes the same contract suite. After `close` every call is refused. */
export interface Frontier {
  /** True when what is settled survives the process: outputs are then flushed before each settlement. */
  readonly isDurable: boolean;
  /** Makes URLs known. Those new wait; the rest changes nothing. */
  offer(urls: readonly (string | CrawlTarget)[]): Promise<OfferReport>;
  /** Leases URLs of hosts that are due; first takes back leases that ran out. Never waits for a URL to become due. */
  claim(request: ClaimRequest): Promise<Claim>;
  /**
   * Ends leases, all or nothing. Tokens settled before change nothing.
   * @throws LeaseLostError naming the tokens whose leases were taken back; nothing of the call is applied then
   */
  settle(settlement: Settlement): Promise<OfferReport>;
  /** Prolongs leases by `leaseMs` from now; gives the tokens that are lost, without an error. */
  renew(tokens: readonly string[], leaseMs: number): Promise<readonly string[]>;
  /** Takes back the leases that ran out; gives how many. `claim` does so by itself. */
  reap(): Promise<number>;
  /** What is known about one URL. */
  lookup(url: string): Promise<TargetLookup>;
  statistics(): Promise<FrontierStatistics>;
  /** Ends the frontier; leases are free at once for who opens it next. Idempotent. */
  close(): Promise<void>;
}

/** How a frontier treats hosts. */
export interface FrontierOptions {
  /** Milliseconds from the end of one request to the next to the same host. Default 0: `Crawler` sets its own. */
  readonly delayMs?: number;
  /** Leases at a time for one host that has a delay. Default 1. */
  readonly maxInFlightPerHost?: number;
  /** Leases at a time for one host without a delay. Default: as `maxInFlightPerHost`. */
  readonly maxInFlightUndelayed?: number;
  /** URLs known of one host; more are refused. Default 10,000. */
  readonly maxUrlsPerHost?: number;
  /**
   * Claims nothing deeper while something nearer to a seed is not settled, so that every depth is the shortest. Default false: deeper
   * URLs may be claimed while a slow or retried one is still out.
   */
  readonly byLevels?: boolean;
  /** The clock, in milliseconds. Default Date.now. */
  readonly now?: () => number;
}
