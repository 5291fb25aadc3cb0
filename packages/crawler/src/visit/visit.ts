/**
 * One claimed URL on its way through the policies, and what it may come to. The way is a chain: each middleware sees the visit, calls
 * `next` for the rest of it, and passes on what that came to, or something else.
 */
import type { Answer, NoAnswer } from '../fetch/page-fetcher.ts';
import type { ClaimedTarget, CrawlTarget, TargetPurpose } from '../frontier/frontier.ts';
import type { CrawlFailure, FailureReason } from '../report/observer.ts';
import type { Page } from './page.ts';

/** A page that was fetched, for the render step, which may replace it before it is read. */
export interface RenderRequest {
  readonly url: string;
  /** HTML with a 2xx status. */
  readonly answer: Answer;
  /** The page is on a private address itself: what it asks for may be on one too. */
  readonly mayBePrivate: boolean;
  readonly userAgent: string;
  /** Bytes of what comes out, at most. */
  readonly maxBodyBytes: number;
  /** Aborted when the visit is cancelled. */
  readonly signal: AbortSignal;
}

/** A URL that is being visited. */
export class Visit {
  readonly url: string;
  readonly depth: number;
  readonly referrer: string | null;
  /** 1 for the first try. */
  readonly attempt: number;
  /** What the page is visited for. */
  readonly purpose: TargetPurpose;
  /** What was handed over by `enqueue(…, { data })`; undefined for nothing. */
  readonly data: unknown;
  /** Sent with the request, beside those of the crawl, which they replace. A middleware may add to them before it calls `next`. */
  readonly headers: Record<string, string>;
  /**
   * Makes another answer of one that was fetched, before it is read: what a browser shows, say. Set by a middleware before it calls `next`.
   * Rejects only when the visit is cancelled. Default: the answer is read as it came.
   */
  render: ((request: RenderRequest) => Promise<Answer | NoAnswer>) | undefined;
  /** The lease behind the visit. @internal */
  readonly target: ClaimedTarget;

  constructor(target: ClaimedTarget, headers: Readonly<Record<string, string>>) {
    this.target = target;
    this.url = target.url;
    this.depth = target.depth;
    this.referrer = target.referrer;
    this.attempt = target.attempt;
    this.purpose = target.purpose;
    this.data = target.data;
    this.headers = { ...headers };
  }

  /** An outcome: the URL has failed for good. */
  fail(message: string, reason: FailureReason = 'handler'): FailedVisit {
    return { kind: 'failed', failure: this.failure(reason, message) };
  }

  /** An outcome: the URL waits again, as its next attempt. @param afterMs not before so many milliseconds have passed */
  retry(message: string, afterMs = 0): PutOffVisit {
    return { kind: 'put-off', afterMs, failure: this.failure('handler', message) };
  }

  /** A failure of this URL, for an outcome. */
  failure(reason: FailureReason, message: string, error?: unknown): CrawlFailure {
    const { url, referrer, depth, attempt } = this;
    const failure = { url, referrer, depth, reason, message, attempt };
    return error === undefined ? failure : { ...failure, error };
  }
}

/** The URL was answered. */
export interface AnsweredVisit {
  readonly kind: 'answered';
  readonly page: Page;
  /** What is offered to the frontier with it. */
  readonly discovered: readonly CrawlTarget[];
  /** What is written for it; undefined for the page's row. */
  readonly records?: readonly unknown[] | undefined;
}

/** The URL waits again. Without `afterMs` its lease was only given back, which counts as no attempt. */
export interface PutOffVisit {
  readonly kind: 'put-off';
  readonly afterMs?: number;
  readonly failure?: CrawlFailure;
  readonly discovered?: readonly CrawlTarget[];
}

/** The URL came to nothing. */
export interface FailedVisit {
  readonly kind: 'failed';
  readonly failure: CrawlFailure;
  readonly discovered?: readonly CrawlTarget[];
}

/** What is to be done about a claimed URL. */
export type VisitOutcome = AnsweredVisit | PutOffVisit | FailedVisit;

/**
 * A policy of the user's: may look at a visit, change its headers, answer in its place, and change what it came to. `next` goes on and
 * gives the outcome; what a middleware returns is the outcome for those outside of it, and nothing passes that of `next` on. A rejection
 * fails the page.
 */
export type Middleware = (visit: Visit, next: () => Promise<VisitOutcome>) => unknown;

const OUTCOMES: ReadonlySet<unknown> = new Set(['answered', 'put-off', 'failed']);

/** Raised when a middleware neither gives an outcome nor calls `next`, or calls it twice. */
export class MiddlewareError extends Error {
  override readonly name = 'MiddlewareError';
}

/** Sends a visit through middlewares, in order, to its end. */
export function throughMiddlewares(
  middlewares: readonly Middleware[],
  visit: Visit,
  end: (visit: Visit) => Promise<VisitOutcome>,
): Promise<VisitOutcome> {
  const from = async (at: number): Promise<VisitOutcome> => {
    const middleware = middlewares[at];
    if (middleware === undefined) return end(visit);
    let rest: Promise<VisitOutcome> | undefined;
    const own = await middleware(visit, () => {
      if (rest !== undefined) throw new MiddlewareError('A middleware called next() twice');
      rest = from(at + 1);
      return rest;
    });
    if (own === undefined && rest !== undefined) return rest;
    if (isOutcome(own)) return own;
    throw new MiddlewareError('A middleware neither called next() nor gave an outcome');
  };
  return from(0);
}

function isOutcome(value: unknown): value is VisitOutcome {
  return typeof value === 'object' && value !== null && OUTCOMES.has((value as { kind?: unknown }).kind);
}
