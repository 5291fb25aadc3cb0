/**
 * What a frontier promises: which URLs are known, which wait, who works on which, and when a host may be asked again.
 * Deduplication and politeness live here and nowhere else, so that any number of workers may share one frontier. It is asynchronous,
 * works in batches and leases, and knows nothing of HTTP, HTML or files of output.
 *
 * Theory of operation: a URL is offered once; later offers are duplicates. `claim` leases URLs of hosts that are due. `settle` ends
 * leases: what was found, what is to be tried again and how far the output is written commit together or not at all. A lease that is
 * not renewed in time is taken back, its URL waits again, and its former holder is refused at `settle`.
 *
 * Several processes may share one frontier. So only durations cross this seam, never a time of day: the engine's clock is the only one.
 * `changed` wakes those who wait for what others do. The file follows the frontier: an output whose settlement was refused is cut back
 * to the checkpoint the error names. Every engine knows its store by an `incarnation`: one that has been emptied is an error, never
 * "drained".
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
  /** What the answer is read as. Default `page`. */
  readonly purpose?: TargetPurpose;
  /** Found on a host that is on a private address itself: this URL may be on one too. Default false. */
  readonly mayBePrivate?: boolean;
  /** The URL that the redirects in a row began with; null when none led here. Default null. */
  readonly redirectedFrom?: string | null;
  /** Any JSON value for the handler of the page; undefined for none. */
  readonly data?: unknown;
  /** Offers the URL although it has been settled before, as another visit of its own. Default false. */
  readonly again?: boolean;
}

/** What a URL is visited for. */
export type TargetPurpose = 'page' | 'sitemap';

/** A URL with its lease. */
export interface ClaimedTarget extends Required<Omit<CrawlTarget, 'again' | 'data'>> {
  /** What was offered with it; undefined for nothing. */
  readonly data: unknown;
  /** Names the lease, once: what `renew` and `settle` take. */
  readonly token: string;
  /** 1 for the first try, one more for each `retry` that had an `afterMs`. */
  readonly attempt: number;
}

/** What `claim` asks for. */
export interface ClaimRequest {
  /** Who claims: unique for each start of a process. For statistics and messages. */
  readonly workerId: string;
  /** At most this many, ≥ 1. */
  readonly count: number;
  /** Milliseconds until an unrenewed lease is taken back, > 0. */
  readonly leaseMs: number;
}

/** What `claim` gives. */
export interface Claim {
  readonly items: readonly ClaimedTarget[];
  /** Milliseconds until the next waiting URL is due, 0 when one is; null when none waits for a time. */
  readonly dueInMs: number | null;
  /** True when nothing waits and nothing is leased: the crawl is complete. */
  readonly drained: boolean;
  /** What all workers are to do. `stopping` too once `maxPages` pages are counted and nothing is leased. */
  readonly state: FrontierState;
}

/** What all workers of a frontier are to do: go on, claim nothing for now, or end. Nothing is claimed unless it is `running`. */
export type FrontierState = 'running' | 'paused' | 'stopping';

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
  /** For `retry`: not before so many milliseconds have passed. Without it the lease is given back, which counts as no attempt. */
  readonly afterMs?: number;
  /** Counts towards `maxPages`. Default false. */
  readonly counts?: boolean;
  /** For `failed`: why. Kept with the URL, for `lookup` and `retryFailed`. */
  readonly failure?: TargetFailure;
}

/** Why a URL came to nothing. */
export interface TargetFailure {
  /** One word, by which `retryFailed` chooses. */
  readonly reason: string;
  /** The details. */
  readonly message: string;
}

/** What commits together. */
export interface Settlement {
  readonly results: readonly SettleResult[];
  /** New delays by host (`example.org`, `127.0.0.1:8080`), in milliseconds; they hold until changed. */
  readonly hostDelays?: Readonly<Record<string, number>>;
  /** Hosts that are not asked before so many milliseconds have passed, whatever their delay: once. The longest of several counts. */
  readonly hostPauses?: Readonly<Record<string, number>>;
  /** The output that `checkpoint` and `sequence` are of: a name that is the same after a restart. Default `''`. */
  readonly output?: string;
  /**
   * The number of this settlement among those of its output, from 1. The last number again, for leases that are settled, changes nothing
   * and gives the same report. Anything but that and the next is refused with the checkpoint to go back to. Left out, nothing is checked.
   */
  readonly sequence?: number;
  /** How far the output is written: any JSON value, given back by `statistics(output)`. Left out, the last one stays. */
  readonly checkpoint?: unknown;
  /** Added to the sums that `statistics` gives: counts all workers share. */
  readonly sums?: Readonly<Record<string, number>>;
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
  /** Milliseconds until its host may be asked again, 0 for at once; null when the host is unknown. */
  readonly hostDueInMs: number | null;
  /** Milliseconds between two requests to its host. */
  readonly hostDelayMs: number;
  /** Its host has as many URLs as `maxUrlsPerHost` lets it: a new one would be refused. */
  readonly hostIsFull: boolean;
  /** Why it failed; null in every other state, and when that is not kept. */
  readonly failure: TargetFailure | null;
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
  /** The checkpoint of the output asked for, of the last settlement that had one; undefined before. */
  readonly checkpoint: unknown;
  /** The sequence of that output's last settlement; 0 before. */
  readonly sequence: number;
  /** Every output that was settled with, by name. */
  readonly outputs: readonly string[];
  /** What settlements have added up. */
  readonly sums: Readonly<Record<string, number>>;
  /** URLs that counted towards `maxPages`. */
  readonly counted: number;
  readonly state: FrontierState;
}

/** The store of a crawl's URLs. Every engine passes the same contract suite. After `close` every call is refused. */
export interface Frontier {
  /** True when what is settled survives the process: outputs are then flushed before each settlement. */
  readonly isDurable: boolean;
  /**
   * Names this store, from its making to its end. An engine whose store has lost it (a server that was emptied) refuses every call with
   * `ERR_OXBOW_CRAWLER_FRONTIER_LOST`.
   */
  readonly incarnation: string;
  /** Makes URLs known. Those new wait; the rest changes nothing. */
  offer(urls: readonly (string | CrawlTarget)[]): Promise<OfferReport>;
  /** Leases URLs of hosts that are due; first takes back leases that ran out. Never waits for a URL to become due. */
  claim(request: ClaimRequest): Promise<Claim>;
  /**
   * Ends leases, all or nothing. Tokens settled before change nothing. What was discovered is known at the latest when its page is
   * settled.
   * @throws LeaseLostError naming the tokens whose leases were taken back, and the checkpoint of the output; nothing is applied then
   */
  settle(settlement: Settlement): Promise<OfferReport>;
  /** Prolongs leases by `leaseMs` from now; gives the tokens that are lost, without an error. */
  renew(tokens: readonly string[], leaseMs: number): Promise<readonly string[]>;
  /** Takes back the leases that ran out; gives how many. `claim` does so by itself. */
  reap(): Promise<number>;
  /** Has failed URLs wait again, as first attempts: all, or those that failed for one reason. Gives how many. */
  retryFailed(request?: { readonly reason?: string }): Promise<number>;
  /** What is known about one URL. */
  lookup(url: string): Promise<TargetLookup>;
  /** @param output whose checkpoint and sequence to give; default `''` */
  statistics(output?: string): Promise<FrontierStatistics>;
  /**
   * Resolves at the next change that may concern who waits: an offer, a settlement, a lease taken back, a new state, the close. Also
   * when `signal` is aborted. It may resolve for nothing; nobody should wait longer than a third of a lease without asking again.
   */
  changed(signal?: AbortSignal): Promise<void>;
  /** Tells all workers what to do. Not kept: a frontier that is opened anew is `running`. */
  control(state: FrontierState): Promise<void>;
  /** Keeps a JSON value that describes the crawl (its seeds, scope and options); gives the one that is kept then, undefined for none. */
  rules(update?: unknown): Promise<unknown>;
  /** Ends the frontier; leases are free at once for the next to open it. Idempotent. */
  close(): Promise<void>;
}

/** How a frontier treats hosts. */
export interface FrontierOptions {
  /** Milliseconds from the end of one request to the next to the same host. Default 0: `Crawler` sets its own. */
  readonly delayMs?: number;
  /** Leases at a time for one host that has a delay. Default 1. */
  readonly maxInFlightPerHost?: number;
  /** Leases at a time for single hosts, before the other two; undefined for a host that has no number of its own. Default: none has. */
  readonly maxInFlightOf?: (host: string) => number | undefined;
  /** Leases at a time for one host without a delay. Default: as `maxInFlightPerHost`. */
  readonly maxInFlightUndelayed?: number;
  /** URLs known of one host; more are refused. Default 100,000. */
  readonly maxUrlsPerHost?: number;
  /** URLs that may count, of all workers together: no more leases are given than could still count. Default: no limit. */
  readonly maxPages?: number;
  /**
   * Claims nothing deeper while something nearer to a seed is not settled, so that every depth is the shortest. Default false: deeper
   * URLs may be claimed while a slow or retried one is still out.
   */
  readonly byLevels?: boolean;
  /** The clock, in milliseconds. Default Date.now. */
  readonly now?: () => number;
}
