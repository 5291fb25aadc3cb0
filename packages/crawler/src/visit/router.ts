/** Which handler takes which page, and what a handler can do. It does not know when handlers run. */
import { CrawlerOptionError } from '../errors.ts';
import type { CrawlTarget } from '../frontier/frontier.ts';
import { compileUrlPattern, type UrlMatcher } from '../url/path-pattern.ts';
import type { Page } from './page.ts';

/** What a handler is given beside its page. All of it takes effect when the handler has ended well, with the page, or not at all. */
export interface HandlerTools {
  /** Offers further URLs, relative ones resolved against the page. Robots, traps and the depth limit apply; scope does not. */
  enqueue(urls: string | Iterable<string>, options?: Pick<CrawlTarget, 'priority'>): void;
  /** Writes this record instead of the page's row; may be called any number of times. */
  emit(record: unknown): void;
  /** Writes neither row nor records for this page. It counts as done all the same. */
  drop(): void;
}

/** Does something with a page. A rejection fails the page: nothing of it is written and nothing it enqueued is offered. */
export type Handler = (page: Page, tools: HandlerTools) => unknown;

interface Route {
  readonly pattern: string;
  readonly covers: UrlMatcher;
  readonly handler: Handler;
}

/** Routes in the order they were added; the first that covers a URL takes it. */
export class Router {
  readonly #routes: Route[] = [];

  add(pattern: string, handler: Handler): void {
    if (typeof handler !== 'function') {
      throw new CrawlerOptionError(
        'handler',
        `The handler of "${pattern}" is a function, not ${typeof handler}`,
      );
    }
    this.#routes.push({ pattern, covers: compileUrlPattern(pattern), handler });
  }

  /** The handler for a URL; undefined when no route covers it. */
  find(url: string): Handler | undefined {
    return this.#routes.find((route) => route.covers(url))?.handler;
  }
}
