/** Which handler takes which page, and what a handler can do. It does not know when handlers run. */
import { checkOptions } from '@oxbow/loop/lowlevel';
import { CrawlerOptionError } from '../errors.ts';
import type { CrawlTarget } from '../frontier/frontier.ts';
import { declaredType } from '../html/mime-type.ts';
import { compileUrlPattern, type UrlMatcher } from '../url/path-pattern.ts';
import type { Page } from './page.ts';

/** How `enqueue` offers URLs. */
export interface EnqueueOptions extends Pick<CrawlTarget, 'priority'> {
  /** Any JSON value, handed to the handler of those pages as `data`. Default: none. */
  readonly data?: unknown;
}

/** What a handler is given beside its page. All of it takes effect when the handler has ended well, with the page, or not at all. */
export interface HandlerTools<R = unknown> {
  /** What was handed over by the `enqueue` that led here; undefined for nothing. */
  readonly data: unknown;
  /** Offers further URLs, relative ones resolved against the page. Robots, traps and the depth limit apply; scope does not. */
  enqueue(urls: string | Iterable<string>, options?: EnqueueOptions): void;
  /** Writes this record instead of the page's row; may be called any number of times. */
  emit(record: R): void;
  /** Writes neither row nor records for this page. It counts as done all the same. */
  drop(): void;
}

/**
 * Does something with a page. A rejection fails the page: nothing of it is written and nothing it enqueued is offered. The page's own
 * links are followed; `retryFailed` visits the page again.
 */
export type Handler<R = unknown> = (page: Page, tools: HandlerTools<R>) => unknown;

/** Which pages a route takes beside its pattern. */
export interface RouteOptions {
  /** A status, or a class of them: `'2xx'`, `404`, `'any'`. Default `'2xx'`. */
  readonly status?: number | '1xx' | '2xx' | '3xx' | '4xx' | '5xx' | 'any' | undefined;
  /** A content type such as `application/pdf` or `image/*`, `'html'` for pages of HTML, or `'any'`. Default `'html'`. */
  readonly type?: string | undefined;
}

interface Route {
  readonly pattern: string;
  readonly covers: UrlMatcher;
  readonly takes: (page: Page) => boolean;
  readonly handler: Handler;
}

/** Routes in the order they were added; the first that covers a page takes it. */
export class Router {
  readonly #routes: Route[] = [];

  get isEmpty(): boolean {
    return this.#routes.length === 0;
  }

  /** @throws CrawlerOptionError for a pattern, handler, status or type that cannot be used */
  add(pattern: string, handler: Handler, options: RouteOptions = {}): void {
    if (typeof handler !== 'function') {
      throw new CrawlerOptionError(
        'handler',
        `The handler of "${pattern}" is a function, not ${typeof handler}`,
      );
    }
    checkOptions(options, ['status', 'type'], `the route "${pattern}"`);
    const hasStatus = statusCheck(options.status ?? '2xx');
    const hasType = typeCheck(options.type ?? 'html');
    const takes = (page: Page): boolean => hasStatus(page.status) && hasType(page);
    this.#routes.push({ pattern, covers: compileUrlPattern(pattern), takes, handler });
  }

  /** The handler for a page; undefined when no route takes it. */
  find(page: Page): Handler | undefined {
    return this.#routes.find((route) => route.takes(page) && route.covers(page.url))?.handler;
  }
}

function statusCheck(wanted: NonNullable<RouteOptions['status']>): (status: number) => boolean {
  if (wanted === 'any') return () => true;
  if (typeof wanted === 'number') return (status) => status === wanted;
  const first = /^([1-5])xx$/.exec(wanted)?.[1];
  if (first !== undefined) return (status) => Math.floor(status / 100) === Number(first);
  throw new CrawlerOptionError('status', `status is a number, '2xx' or 'any', not ${String(wanted)}`);
}

function typeCheck(wanted: string): (page: Page) => boolean {
  if (wanted === 'any') return () => true;
  if (wanted === 'html') return (page) => page.isHtml;
  const parts = /^([\w.+-]+)\/([\w.+-]+|\*)$/.exec(wanted.toLowerCase());
  if (parts === null)
    throw new CrawlerOptionError('type', `type is 'html', 'any' or such as 'image/*', not ${String(wanted)}`);
  const [, type, subtype] = parts;
  return (page) => {
    const declared = declaredType(page.contentType);
    return subtype === '*' ? declared?.startsWith(`${type}/`) === true : declared === `${type}/${subtype}`;
  };
}
