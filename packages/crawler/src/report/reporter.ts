/** Tells the observer, and warns where there is none to tell. It decides nothing; what an observer throws stays here. */
import { channel } from 'node:diagnostics_channel';
import type { Page } from '../visit/page.ts';
import type { CrawlFailure, CrawlNotice, CrawlObserver, NoticeKind } from './observer.ts';

/**
 * Where metrics listen (`node:diagnostics_channel`): `oxbow:crawler:page` with `{ page }`, `oxbow:crawler:failure` and `oxbow:crawler:retry` with
 * `{ failure }`, `oxbow:crawler:notice` with `{ notice }`. Of every crawl of the process.
 */
const CHANNELS = {
  page: channel('oxbow:crawler:page'),
  failure: channel('oxbow:crawler:failure'),
  retry: channel('oxbow:crawler:retry'),
  notice: channel('oxbow:crawler:notice'),
};

/** Warnings of one kind that a process prints; further ones are told to an observer only. */
export const MAX_WARNINGS_PER_KIND = 5;
/** Notices of these kinds come once for each crawl or URL; the others once for each host. */
const MAX_REMEMBERED = 10_000;

/** Brings what happens to the observer. */
export class Reporter {
  readonly #observer: CrawlObserver;
  readonly #warned = new Map<NoticeKind, number>();
  readonly #once = new Set<string>();

  constructor(observer: CrawlObserver) {
    this.#observer = observer;
  }

  page(page: Page): void {
    if (CHANNELS.page.hasSubscribers) CHANNELS.page.publish({ page });
    this.#call(() => this.#observer.page?.(page));
  }

  failure(failure: CrawlFailure): void {
    if (CHANNELS.failure.hasSubscribers) CHANNELS.failure.publish({ failure });
    this.#call(() => this.#observer.failure?.(failure));
    const { reason, url, message, error } = failure;
    if (reason === 'handler' || reason === 'record') {
      const advice = 'Nothing of the page was written; retryFailed() visits it again.';
      this.notice({ kind: reason, url, message: `${url}: ${message}. ${advice}`, error });
    }
  }

  retry(failure: CrawlFailure, delayMs: number): void {
    if (CHANNELS.retry.hasSubscribers) CHANNELS.retry.publish({ failure, delayMs });
    this.#call(() => this.#observer.retry?.(failure, delayMs));
  }

  /** @param once a key under which it is told only once */
  notice(notice: CrawlNotice, once?: string): void {
    if (once !== undefined) {
      if (this.#once.has(once) || this.#once.size >= MAX_REMEMBERED) return;
      this.#once.add(once);
    }
    if (CHANNELS.notice.hasSubscribers) CHANNELS.notice.publish({ notice });
    if (this.#observer.notice !== undefined) this.#call(() => this.#observer.notice?.(notice));
    else this.#warn(notice);
  }

  #warn({ kind, message, error }: CrawlNotice): void {
    const count = (this.#warned.get(kind) ?? 0) + 1;
    this.#warned.set(kind, count);
    if (count > MAX_WARNINGS_PER_KIND) return;
    const last = count === MAX_WARNINGS_PER_KIND ? ' (Further warnings of this kind are not printed.)' : '';
    const detail = error instanceof Error ? error.stack : undefined;
    process.emitWarning(message + last, {
      type: 'CrawlWarning',
      code: `OXBOW_CRAWLER_${kind.toUpperCase().replace('-', '_')}`,
      ...(detail === undefined ? {} : { detail }),
    });
  }

  #call(call: () => void): void {
    try {
      call();
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error));
    }
  }
}
