/**
 * A bounded number of browser pages, as a policy of a crawl. What happens in one page is in render-page.
 *
 * Theory of operation: the crawl first fetches a page as it always does, with robots.txt, delays, limits and the address guard. HTML with a
 * 2xx status is then given to the browser, which runs it. What the browser shows is read in place of what was fetched. A browser keeps
 * something of every page it had, so its context is made anew after a number of pages. A browser that has crashed is started again by the
 * next page.
 */
import { CancelledError, Semaphore, TimeoutError, until, waitFor } from '@oxbow/loop';
import { checkOptions } from '@oxbow/loop/lowlevel';
import { type Browser, type BrowserContext, chromium, type LaunchOptions, type Page } from 'playwright-core';
import { CrawlerOptionError } from '../errors.ts';
import type { Answer, NoAnswer } from '../fetch/page-fetcher.ts';
import { compileUrlPattern } from '../url/path-pattern.ts';
import type { Middleware, RenderRequest } from '../visit/visit.ts';
import { type RenderOptions, renderPage } from './render-page.ts';

/** Options of a pool. */
export interface BrowserPoolOptions {
  /** How the browser is started, as Playwright takes it: `executablePath` or `channel` says which. */
  readonly launch?: LaunchOptions;
  /** Pages open at a time. Default 4; the others wait. */
  readonly maxPages?: number;
  /** Pages after which the browser's context, with its cache and cookies, is made anew. Default 100. */
  readonly pagesPerContext?: number;
  /** Milliseconds for one page, its files included, > 0. Default 30,000. */
  readonly timeoutMs?: number;
  /** What a page has to have done before it is read. Default `load`: its files are there. `networkidle`: and nothing was asked for since half a second. */
  readonly waitUntil?: 'load' | 'domcontentloaded' | 'networkidle';
  /** A selector to wait for as well. */
  readonly waitFor?: string;
  /** Kinds of files that are not fetched, by Playwright's names. Default `DEFAULT_BLOCKED`; none when there are screenshots. */
  readonly block?: readonly string[];
  /** A folder for a picture of each page, named by `screenshotName(url)`; it has to be there. */
  readonly screenshots?: string;
  /** Does something in the page before it is read: scrolls, presses a button. What it throws fails the page. */
  readonly ready?: (page: Page, url: string) => unknown;
}

/** Kinds of files that do not change what a page says. */
export const DEFAULT_BLOCKED: readonly string[] = Object.freeze(['image', 'media', 'font']);

/** What a pool has done. */
export interface BrowserStatistics {
  /** Pages open now. */
  readonly open: number;
  /** Pages that were read. */
  readonly rendered: number;
  /** Pages that came to nothing. */
  readonly failed: number;
  /** Contexts made, the first included. */
  readonly contexts: number;
  /** Contexts that are open now. */
  readonly openContexts: number;
  /** Browsers started, the first included. */
  readonly starts: number;
}

const NAMES: readonly (keyof BrowserPoolOptions)[] = [
  'launch',
  'maxPages',
  'pagesPerContext',
  'timeoutMs',
  'waitUntil',
  'waitFor',
  'block',
  'screenshots',
  'ready',
];
const DEFAULT_MAX_PAGES = 4;
const DEFAULT_PAGES_PER_CONTEXT = 100;
const DEFAULT_TIMEOUT_MS = 30_000;
/** Milliseconds that closing a page, or a browser that hangs, may take. */
const CLOSE_MS = 5000;

/** A context with the pages it has had. */
interface Shelf {
  readonly context: BrowserContext;
  readonly userAgent: string;
  pages: number;
  open: number;
}

/**
 * A bounded pool of a browser's pages. `crawl.use(pool.render('/app/**'))` has the pages of those routes rendered; all others are fetched as
 * without it. The browser starts with the first of them. Cancelling a crawl closes its pages. To be closed when its crawls have ended.
 */
export class BrowserPool implements AsyncDisposable {
  readonly #options: BrowserPoolOptions;
  readonly #render: RenderOptions;
  readonly #pagesPerContext: number;
  readonly #timeoutMs: number;
  readonly #room: Semaphore;
  #starting: Promise<Browser> | undefined;
  #shelf: Promise<Shelf> | undefined;
  #closed = false;
  #open = 0;
  #rendered = 0;
  #failed = 0;
  #contexts = 0;
  #openContexts = 0;
  #starts = 0;

  /** @throws CrawlerOptionError for values that cannot be used, UsageError for an option that is not known */
  constructor(options: BrowserPoolOptions = {}) {
    checkOptions(options, NAMES, 'new BrowserPool()');
    const { maxPages = DEFAULT_MAX_PAGES, pagesPerContext = DEFAULT_PAGES_PER_CONTEXT } = options;
    this.#pagesPerContext = wholeNumber('pagesPerContext', pagesPerContext);
    this.#timeoutMs = positive('timeoutMs', options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    this.#room = new Semaphore(wholeNumber('maxPages', maxPages));
    this.#options = options;
    const { screenshots, waitFor: css, ready, waitUntil = 'load' } = options;
    this.#render = {
      waitUntil,
      timeoutMs: this.#timeoutMs,
      blocked: new Set(options.block ?? (screenshots === undefined ? DEFAULT_BLOCKED : [])),
      ...(css === undefined ? {} : { waitFor: css }),
      ...(ready === undefined ? {} : { ready }),
      ...(screenshots === undefined ? {} : { screenshots }),
    };
  }

  /**
   * The policy that has the pages of matching URLs rendered, for `crawl.use`.
   * @throws CrawlerOptionError for a pattern that is none
   */
  render(...patterns: readonly string[]): Middleware {
    if (patterns.length === 0)
      throw new CrawlerOptionError('patterns', 'render() takes at least one pattern, such as /app/**');
    const matchers = patterns.map(compileUrlPattern);
    return (visit, next) => {
      if (visit.purpose === 'page' && matchers.some((covers) => covers(visit.url)))
        visit.render = (request) => this.#renderOne(request);
      return next();
    };
  }

  /** What the pool has done; cheap, at any time. */
  statistics(): BrowserStatistics {
    return Object.freeze({
      open: this.#open,
      rendered: this.#rendered,
      failed: this.#failed,
      contexts: this.#contexts,
      openContexts: this.#openContexts,
      starts: this.#starts,
    });
  }

  /** Ends the browser; pages that are open come to nothing. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    const starting = this.#starting;
    this.#starting = undefined;
    this.#shelf = undefined;
    const browser = await starting?.catch(() => undefined);
    await browser?.close().catch(() => {});
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #renderOne(request: RenderRequest): Promise<Answer | NoAnswer> {
    if (this.#closed) return noAnswer('the browser was closed', false);
    await this.#room.acquire();
    this.#open++;
    const over = new AbortController();
    const signal = AbortSignal.any([request.signal, over.signal]);
    const work = this.#inPage({ ...request, signal });
    try {
      const answer = await waitFor(until(work), this.#timeoutMs);
      this.#rendered++;
      return answer;
    } catch (error) {
      if (error instanceof CancelledError) throw error;
      this.#failed++;
      const isTimeout = error instanceof TimeoutError || (error as Error).name === 'TimeoutError';
      return isTimeout
        ? noAnswer(`the browser had not read it after ${this.#timeoutMs} ms`, true, 'timeout')
        : noAnswer(`the browser could not render it: ${firstLine(error)}`, true);
    } finally {
      // The room is free when the page is gone, and not before.
      over.abort();
      await work.catch(() => {});
      this.#open--;
      this.#room.release();
    }
  }

  /** Opens a page and closes it, also when it is told to stop. Its end is bounded by the close of a page that hangs. */
  async #inPage(request: RenderRequest): Promise<Answer> {
    const shelf = await this.#place(request.userAgent);
    let page: Page | undefined;
    try {
      page = await shelf.context.newPage();
      return await Promise.race([renderPage(page, request, this.#render), aborted(request.signal)]);
    } finally {
      await this.#leave(shelf, page);
    }
  }

  /** A place in the context: the present one, or a new one when that has had its pages, or is gone. */
  async #place(userAgent: string): Promise<Shelf> {
    const present = await this.#shelf?.catch(() => undefined);
    const isUsable =
      present !== undefined &&
      present.pages < this.#pagesPerContext &&
      present.userAgent === userAgent &&
      present.context.browser()?.isConnected() === true;
    if (isUsable) {
      present.pages++;
      present.open++;
      return present;
    }
    // Another that came at the same time has made one already.
    if (present !== (await this.#shelf?.catch(() => undefined))) return this.#place(userAgent);
    const making = this.#newShelf(userAgent);
    this.#shelf = making;
    if (present?.open === 0) await closed(present.context);
    const made = await making;
    made.pages++;
    made.open++;
    return made;
  }

  async #newShelf(userAgent: string): Promise<Shelf> {
    const browser = await this.#browser();
    const context = await browser.newContext({
      userAgent,
      acceptDownloads: false,
      serviceWorkers: 'block',
    });
    this.#contexts++;
    this.#openContexts++;
    context.once('close', () => this.#openContexts--);
    return { context, userAgent, pages: 0, open: 0 };
  }

  async #browser(): Promise<Browser> {
    const present = await this.#starting?.catch(() => undefined);
    if (present?.isConnected()) return present;
    if (this.#closed) throw new Error('the browser was closed');
    this.#starts++;
    // Signals are the crawl's matter: it ends its pages, and its owner the browser.
    const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
    this.#starting = chromium.launch({ ...signals, ...this.#options.launch });
    return this.#starting;
  }

  async #leave(shelf: Shelf, page: Page | undefined): Promise<void> {
    const isStuck = page !== undefined && !(await closed(page));
    shelf.open--;
    const isPresent = (await this.#shelf?.catch(() => undefined)) === shelf;
    if (isStuck && isPresent) this.#shelf = undefined;
    if (shelf.open === 0 && (isStuck || !isPresent)) await closed(shelf.context);
  }
}

/** Rejects when the signal is aborted: what waits inside of a page may never end. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** Closes, and gives false when that takes too long: a page that never lets go of its thread. */
async function closed(what: Page | BrowserContext): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, CLOSE_MS, false);
  });
  try {
    return await Promise.race([what.close().then(() => true), late]);
  } catch {
    return true;
  } finally {
    clearTimeout(timer);
  }
}

function noAnswer(message: string, isTransient: boolean, reason: NoAnswer['reason'] = 'render'): NoAnswer {
  return { isAnswer: false, reason, message, isTransient, isUnreached: false };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
}

function wholeNumber(option: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new CrawlerOptionError(option, `${option} is a whole number of at least 1, not ${String(value)}`);
}

function positive(option: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new CrawlerOptionError(option, `${option} is a number of milliseconds above 0, not ${String(value)}`);
}
