/** What a crawl tells while it runs, to whoever shows it. Observers only look: they cannot hold the crawl back or fail it. */
import type { Page } from '../visit/page.ts';

/** A URL that came to nothing. */
export interface CrawlFailure {
  readonly url: string;
  readonly referrer: string | null;
  readonly depth: number;
  /** Why, in one of few words; `message` has the details. */
  readonly reason: FailureReason;
  readonly message: string;
  /** Which try this was, 1 for the first. */
  readonly attempt: number;
}

/** `robots`: forbidden. `blocked`: the address guard said no. `handler`: a handler failed. The rest is the network's. */
export type FailureReason = 'robots' | 'robots-unreachable' | 'blocked' | 'timeout' | 'network' | 'handler';

/** Callbacks of a crawl's life. What they throw becomes a process warning and changes nothing else. */
export interface CrawlObserver {
  /** A URL was answered, with whatever status; called before its page is handed to the consumer. */
  page?(page: Page): void;
  /** A URL failed for good. */
  failure?(failure: CrawlFailure): void;
  /** A URL failed and is tried again in `delayMs`. */
  retry?(failure: CrawlFailure, delayMs: number): void;
}
