/** Has a page handled by its route, and says what is to be written for it. It writes nothing itself. */
import { CancelledError } from '@oxbow/loop';
import { CrawlerOptionError } from '../errors.ts';
import type { CrawlTarget } from '../frontier/frontier.ts';
import { canonicalUrl } from '../url/canonical-url.ts';
import type { LinkPolicy } from './link-policy.ts';
import type { Page } from './page.ts';
import type { EnqueueOptions, Router } from './router.ts';
import type { Visit, VisitOutcome } from './visit.ts';

/** What it works with. */
export interface PageHandlerParts {
  readonly router: Router;
  readonly links: LinkPolicy;
  /** Whether a page without records is written as its row. */
  readonly writesPages: boolean;
}

/** Handles pages. */
export class PageHandler {
  readonly #parts: PageHandlerParts;

  constructor(parts: PageHandlerParts) {
    this.#parts = parts;
  }

  /**
   * The outcome of a page that was answered. @param discovered what the page leads to; followed even when its handler fails
   * @param mayBePrivate what a handler enqueues may be on a private address
   */
  async handle(
    visit: Visit,
    page: Page,
    discovered: readonly CrawlTarget[],
    mayBePrivate: boolean,
  ): Promise<VisitOutcome> {
    const { router, writesPages } = this.#parts;
    const handler = visit.purpose === 'page' ? router.find(page) : undefined;
    const unhandled = writesPages ? undefined : [];
    if (handler === undefined) return { kind: 'answered', page, discovered, records: unhandled };
    const records: unknown[] = [];
    const enqueued: CrawlTarget[] = [];
    let emits = false;
    let drops = false;
    try {
      await handler(page, {
        data: visit.data,
        enqueue: (urls, options = {}) => {
          enqueued.push(...this.#enqueued(visit, page, urls, { ...options, mayBePrivate }));
        },
        emit: (record) => {
          emits = true;
          records.push(record);
        },
        drop: () => {
          drops = true;
        },
      });
    } catch (error) {
      if (error instanceof CancelledError) throw error;
      const message = `its handler failed: ${error instanceof Error ? error.message : String(error)}`;
      return { kind: 'failed', failure: visit.failure('handler', message, error), discovered };
    }
    const written = drops ? [] : emits ? records : unhandled;
    return { kind: 'answered', page, discovered: [...discovered, ...enqueued], records: written };
  }

  #enqueued(
    visit: Visit,
    page: Page,
    urls: string | Iterable<string>,
    options: EnqueueOptions & { readonly mayBePrivate: boolean },
  ): CrawlTarget[] {
    if (options.data !== undefined) checkData(options.data);
    const found: CrawlTarget[] = [];
    for (const url of typeof urls === 'string' ? [urls] : urls) {
      const absolute = canonicalUrl(url, { base: page.baseUrl }) ?? url;
      const target = { url: absolute, depth: visit.depth + 1, referrer: visit.url, ...options };
      const accepted = this.#parts.links.accept(target, true);
      if (accepted !== undefined) found.push(accepted);
    }
    return found;
  }
}

/** Data waits with its URL in the frontier: one that no frontier can keep is the fault of the handler that gave it, not of the crawl. */
function checkData(data: unknown): void {
  let text: string | undefined;
  try {
    text = JSON.stringify(data);
  } catch (error) {
    throw new CrawlerOptionError('data', `what is handed on is kept as JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (text === undefined)
    throw new CrawlerOptionError('data', `what is handed on is kept as JSON, got a ${typeof data}`);
}
