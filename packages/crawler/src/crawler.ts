/**
 * The public face of a crawl: a Stream of pages whose terminals settle. It starts one run and hands it to its consumer; how a run
 * works is CrawlRun's matter.
 */
import { createTask } from '@oxbow/loop';
import { checkOptions } from '@oxbow/loop/lowlevel';
import {
  type BufferOptions,
  type Emitter,
  type Flow,
  type FlowReport,
  type ForEachOptions,
  type SinkInput,
  Stream,
  type StreamIterator,
  type ToOptions,
} from '@oxbow/stream';
import { CrawlBusyError, CrawlClosedError, CrawlerOptionError } from './errors.ts';
import { openFrontierFile } from './frontier/frontier-file.ts';
import { isFrontierOpener } from './frontier/frontier-opener.ts';
import { type CrawlerOptions, resolveOptions } from './options/crawl-options.ts';
import { reportCrawl } from './report/crawl-flow.ts';
import { CrawlCounters, type CrawlStatistics } from './report/crawl-statistics.ts';
import { type Explanation, explain } from './report/explanation.ts';
import type { FailureReason } from './report/observer.ts';
import { CrawlIterator } from './run/crawl-iterator.ts';
import { CrawlRun } from './run/crawl-run.ts';
import type { Delivery } from './run/page-handout.ts';
import { type CrawlSink, isCrawlSink } from './sink/crawl-sink.ts';
import type { ScopeRules } from './url/scope.ts';
import type { Page } from './visit/page.ts';
import { type Handler, type RouteOptions, Router } from './visit/router.ts';
import type { Middleware } from './visit/visit.ts';

/** What a stream's terminals take; of these a crawl has a use for `signal`, its bounds are its own. */
const BUFFER_OPTIONS = ['signal', 'highWaterMark', 'size', 'overflow'];

/**
 * A polite crawl of one or more sites, as a stream of answered URLs. It starts with its first consumer and has one: a second one beside
 * it fails with `ERR_OXBOW_STREAM_BUSY`, one after it with `ERR_OXBOW_STREAM_CLOSED`.
 *
 * A page counts as done in `for await` when the next is asked for, and in `forEach` when its promise settles. In `to(jsonl(…))` it does
 * when its rows are committed, and behind operators when it is handed to them. Pages not done when the consumer leaves are given back to the
 * frontier, and fetched again on a resume.
 *
 * `R` is what handlers emit.
 *
 * @example
 * ```ts
 * import { Crawler, jsonl } from '@oxbow/crawler';
 *
 * const crawl = new Crawler({ seeds: 'https://example.org/', limits: { maxPages: 100 } });
 * crawl.route('/docs/**', (page, { emit }) => emit({ url: page.url, title: page.title }));
 * await crawl.to(jsonl('titles.jsonl'));
 * ```
 */
export class Crawler<R = unknown> extends Stream<Page> {
  readonly #given: CrawlerOptions;
  readonly #router = new Router();
  readonly #middlewares: Middleware[] = [];
  #run: CrawlRun | undefined;
  #pausedBefore = false;
  #stopped = false;

  /** @throws CrawlerOptionError for seeds or values that cannot be used, UsageError for an option that is not known */
  constructor(options: CrawlerOptions) {
    super(function feed(this: Stream<Page>, out: Emitter<Page>, flow: Flow) {
      return (this as Crawler).#feed(out, flow);
    });
    const { handlers } = resolveOptions(options);
    this.#given = { ...options };
    for (const [pattern, handler] of Object.entries(handlers)) this.#router.add(pattern, handler);
  }

  /**
   * Has the pages of matching URLs (`/docs/**`) handled: those of HTML with a 2xx status, unless `options` say otherwise. Of several
   * routes the first added takes a page. Links are followed as without a handler. From the first route on, only what handlers emit is
   * written (`rows`). To be called before the crawl starts.
   */
  route(pattern: string, handler: Handler<R>, options?: RouteOptions): this {
    this.#beforeStart('route');
    this.#router.add(pattern, handler as Handler, options);
    return this;
  }

  /**
   * Adds a policy that every visit goes through, outside of the crawl's own. It may look at the URL, add headers to the request, answer in
   * its place, and change what it came to. Those added first are outermost. To be called before the crawl starts.
   */
  use(middleware: Middleware): this {
    this.#beforeStart('use');
    if (typeof middleware !== 'function')
      throw new CrawlerOptionError('middleware', `use() takes a function, not ${typeof middleware}`);
    this.#middlewares.push(middleware);
    return this;
  }

  /** The pages, one at a time. `options.signal` stops the crawl; the other bounds are the crawl's own. */
  override values(options?: BufferOptions<Page>): StreamIterator<Page> {
    checkOptions(options, BUFFER_OPTIONS, 'crawl.values()');
    return new CrawlIterator(() => this.#begin(undefined), options?.signal);
  }

  /** Calls `fn` for every page, `concurrency` at a time (default 1). A rejection stops the crawl; its page is given back. */
  override forEach(fn: (page: Page, index: number) => unknown, options?: ForEachOptions<Page>): Promise<void>;
  /** @deprecated RxJS's form, with a promise class to construct. */
  override forEach(fn: (page: Page) => void, promiseCtor: PromiseConstructorLike): Promise<void>;
  override async forEach(
    fn: (page: Page, index: number) => unknown,
    options?: ForEachOptions<Page> | PromiseConstructorLike,
  ): Promise<void> {
    if (typeof options !== 'function')
      checkOptions(options, ['concurrency', ...BUFFER_OPTIONS], 'crawl.forEach()');
    const { concurrency = 1, signal } = typeof options === 'function' ? {} : (options ?? {});
    if (!(concurrency >= 1))
      throw new CrawlerOptionError('concurrency', `concurrency is at least 1, not ${String(concurrency)}`);
    await createTask(() => this.#forEach(fn, concurrency, signal), { name: 'crawl.forEach' });
  }

  /**
   * Writes the crawl into a sink and resolves when all of it is committed. With a sink of this package (`jsonl`, `csv`) each row is
   * written exactly once, a kill and a resume included if the frontier is a file. Cancelling it ends the crawl cleanly first:
   * everything answered is written and settled. Any other sink is fed as by `Stream.to`.
   */
  override to(sink: CrawlSink, options?: ToOptions): Promise<void>;
  override to<R = void>(sink: SinkInput<Page, R>, options?: ToOptions): Promise<R>;
  override to(sink: CrawlSink | SinkInput<Page, unknown>, options?: ToOptions): Promise<unknown> {
    return isCrawlSink(sink) ? this.#toCrawlSink(sink, options) : super.to(sink, options);
  }

  /** What the crawl has done so far; cheap, at any time. */
  statistics(): CrawlStatistics {
    if (this.#run !== undefined) return this.#run.statistics();
    return new CrawlCounters().statistics(this.#stopped ? 'ended' : 'idle', 0, undefined);
  }

  /**
   * What limits the crawl right now: its consumer or sink, the answers of the sites, or the pauses between requests to a host. Behind
   * operators, also which of them holds back which.
   */
  override why(): FlowReport {
    const operators = super.why();
    const run = this.#run;
    if (run === undefined || run.state === 'ended' || operators.blocker !== undefined) return operators;
    return reportCrawl(run.load());
  }

  /** Why a URL was fetched, was not, or still waits. */
  explain(url: string): Promise<Explanation> {
    const parts = this.#run?.parts;
    return explain(url, parts?.lookup, parts?.links);
  }

  /**
   * Has the URLs that failed visited again: all of them, or those that failed for one reason. Works while the crawl runs, before it starts
   * and after its end, where it is about the frontier that was given. Gives how many there are.
   */
  async retryFailed(request: { readonly reason?: FailureReason } = {}): Promise<number> {
    checkOptions(request, ['reason'], 'crawl.retryFailed()');
    const { frontier } = this.#given;
    const parts = this.#run?.state === 'ended' ? undefined : this.#run?.parts;
    if (parts !== undefined) {
      parts.hosts.forgiveAll();
      return parts.frontier.retryFailed(request);
    }
    if (frontier === undefined) return 0;
    if (typeof frontier !== 'string' && !isFrontierOpener(frontier)) return frontier.retryFailed(request);
    const opened =
      typeof frontier === 'string'
        ? (await openFrontierFile(frontier, { create: false })).frontier
        : await frontier.open({ create: false, output: '' });
    try {
      return await opened.retryFailed(request);
    } finally {
      await opened.close();
    }
  }

  /**
   * Changes a running crawl: how many requests it sends at a time, and the least delay between two to each host it knows, in
   * milliseconds.
   * @throws CrawlerOptionError before the start, and for values that cannot be used
   */
  tune(change: { readonly concurrency?: number; readonly delayMs?: number }): void {
    checkOptions(change, ['concurrency', 'delayMs'], 'crawl.tune()');
    const run = this.#started('tune');
    const { concurrency, delayMs } = change;
    if (concurrency !== undefined && !(concurrency >= 1))
      throw new CrawlerOptionError('concurrency', `concurrency is at least 1, not ${String(concurrency)}`);
    if (delayMs !== undefined && !(delayMs >= 0))
      throw new CrawlerOptionError('delayMs', `delayMs is at least 0, not ${String(delayMs)}`);
    if (concurrency !== undefined) run.concurrency = concurrency;
    if (delayMs !== undefined) run.parts?.hosts.setDelay(delayMs);
  }

  /**
   * Leaves out what these rules do not cover, from now on: links are not followed, and URLs that wait already come to nothing without a
   * request (`scope`). Several narrowings hold together.
   * @throws CrawlerOptionError before the start, and for patterns that cannot be used
   */
  narrow(scope: ScopeRules | ((url: URL) => boolean)): void {
    const run = this.#started('narrow');
    run.parts?.scope.narrow(scope);
  }

  /** Claims no further URLs until `resume`; what is being fetched goes on. */
  pause(): void {
    this.#pausedBefore = true;
    this.#run?.pause();
  }

  /** Goes on after `pause`. */
  resume(): void {
    this.#pausedBefore = false;
    this.#run?.resume();
  }

  /** Ends the crawl early and well: requests are broken off, their URLs given back, and the consumer gets the end. Idempotent. */
  stop(): void {
    this.#stopped = true;
    this.#run?.stop();
  }

  #begin(sink: CrawlSink | undefined): CrawlRun {
    if (this.#run !== undefined)
      throw this.#run.state === 'ended' ? new CrawlClosedError() : new CrawlBusyError();
    const setup = { given: this.#given, router: this.#router, middlewares: this.#middlewares };
    const run = new CrawlRun(setup, sink);
    this.#run = run;
    if (this.#pausedBefore) run.pause();
    if (this.#stopped) run.stop();
    return run;
  }

  #beforeStart(method: string): void {
    if (this.#run !== undefined)
      throw new CrawlerOptionError(method, `${method}() is to be called before the crawl starts`);
  }

  #started(method: string): CrawlRun {
    if (this.#run?.parts === undefined)
      throw new CrawlerOptionError(method, `${method}() is to be called while the crawl runs`);
    return this.#run;
  }

  async #toCrawlSink(sink: CrawlSink, options: ToOptions = {}): Promise<void> {
    checkOptions(options, ['signal', 'preventClose'], 'crawl.to()');
    const { signal } = options;
    signal?.throwIfAborted();
    const run = this.#begin(sink);
    const onAbort = (): void => void run.leave();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await run.task;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
    signal?.throwIfAborted();
  }

  async #forEach(
    fn: (page: Page, index: number) => unknown,
    concurrency: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const iterators = [new CrawlIterator(() => this.#begin(undefined), signal)];
    const run = (): CrawlRun => this.#run!;
    let index = 0;
    const consume = async (iterator: CrawlIterator): Promise<void> => {
      for (;;) {
        const { done, value } = await iterator.next();
        if (done) return;
        await fn(value, index++);
      }
    };
    // Each consumer has an iterator of its own, so that its next() settles its own page; the first one starts the run.
    const first = iterators[0]!;
    const started = first.next();
    for (let count = 1; count < concurrency; count++) iterators.push(new CrawlIterator(run, signal));
    try {
      await Promise.all([
        started.then(async ({ done, value }) => {
          if (done) return;
          await fn(value, index++);
          await consume(first);
        }),
        ...iterators.slice(1).map(consume),
      ]);
    } finally {
      await first.return();
    }
  }

  /** Feeds an RxJS subscriber: a page counts as done when it was handed over. */
  #feed(out: Emitter<Page>, flow: Flow): () => PromiseLike<void> {
    const run = this.#begin(undefined);
    const take = () =>
      new Promise<Delivery | undefined>((resolve, reject) => void run.take({ resolve, reject }));
    const pump = async (): Promise<void> => {
      for (;;) {
        while (flow.paused) await flow.ready();
        const delivery = await take();
        if (delivery === undefined) return;
        out.next(delivery.page);
        run.finish(delivery);
      }
    };
    pump().then(
      () => out.complete(),
      (error) => out.error(error),
    );
    return () => run.leave();
  }
}
