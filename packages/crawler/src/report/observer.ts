/** What a crawl reports while it runs, for a display of it. Observers only look: they cannot hold the crawl back or fail it. */
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
  /** What was thrown, with its stack, where a handler, a middleware or a record failed. */
  readonly error?: unknown;
}

/**
 * `robots`: forbidden. `blocked`: the address guard said no. `scope`: the crawl was narrowed. `handler`: a handler or a middleware
 * failed. `record`: what was to be written cannot be. `render`: a browser could not show it. The rest is the network's.
 */
export type FailureReason =
  | 'robots'
  | 'robots-unreachable'
  | 'blocked'
  | 'scope'
  | 'timeout'
  | 'network'
  | 'render'
  | 'handler'
  | 'record';

/** What a user should know although the crawl goes on. */
export interface CrawlNotice {
  readonly kind: NoticeKind;
  /** A sentence: what happened, and what to do about it. */
  readonly message: string;
  /** The URL it is about; undefined where it is about none. */
  readonly url?: string;
  /** What was thrown, where something was. */
  readonly error?: unknown;
}

/**
 * `handler`, `record`: a page was lost to code of the user's. `host-limit`, `trap`: links were dropped. `seed-redirect`: a seed leads
 * out of scope. `host-wait`: a host asks for a long wait. `left-waiting`: the crawl ended with URLs left in its frontier.
 */
export type NoticeKind =
  | 'handler'
  | 'record'
  | 'host-limit'
  | 'trap'
  | 'seed-redirect'
  | 'host-wait'
  | 'left-waiting'
  | 'sitemap';

/** Callbacks of a crawl's life. What they throw becomes a process warning and changes nothing else. */
export interface CrawlObserver {
  /** A URL was answered, with whatever status; called before its page is handed to the consumer. */
  page?(page: Page): void;
  /** A URL failed for good. */
  failure?(failure: CrawlFailure): void;
  /** A URL failed and is tried again in `delayMs` at the earliest. */
  retry?(failure: CrawlFailure, delayMs: number): void;
  /** Something to know. Without this callback it becomes a process warning, the first few of each kind. */
  notice?(notice: CrawlNotice): void;
}
