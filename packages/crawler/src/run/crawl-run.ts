/**
 * One run of a crawl: claims URLs while there is room, has them visited, hands pages to the consumer, and settles what the consumer is
 * done with. Data flow only: what a URL comes to is the visitor's matter, what commits together the settlement queue's.
 *
 * Bounds: at most `concurrency` visits at a time; beside those, as many pages at the consumer or waiting for it, or 256 rows waiting for a
 * sink. So a slow consumer or disk holds the claims back, not the sockets. Everything claimed is settled or given back before the run ends, however it ends; from the
 * moment it is stopped the run waits by plain promises only, so that no second cancellation can cut its ending short.
 */
import { CancelledError, createTask, currentLoop, Future, type Task } from '@oxbow/loop';
import type { ClaimedTarget, Frontier, FrontierStatistics } from '../frontier/frontier.ts';
import type { ResolvedOptions } from '../options/crawl-options.ts';
import { CrawlCounters, type CrawlState, type CrawlStatistics } from '../report/crawl-statistics.ts';
import type { CrawlObserver } from '../report/observer.ts';
import type { CrawlSink } from '../sink/crawl-sink.ts';
import type { Router } from '../visit/router.ts';
import type { Visit } from '../visit/visitor.ts';
import { type CrawlParts, openParts } from './crawl-parts.ts';
import { type Delivery, PageHandout, type Taker } from './page-handout.ts';

/** Leases are renewed this many times before they run out. */
const RENEWALS_PER_LEASE = 3;
/** Answered URLs that may wait for the sink: enough to keep the sockets busy while a disk flushes. */
const MAX_UNWRITTEN = 256;
/** How old the frontier's figures in `statistics()` may be. */
const FIGURES_AGE_MS = 200;

let runs = 0;

/** The engine of one crawl. Made by Crawler, started once. */
export class CrawlRun {
  readonly #options: ResolvedOptions;
  readonly #router: Router;
  readonly #sink: CrawlSink | undefined;
  readonly #observer: CrawlObserver;
  readonly #counters = new CrawlCounters();
  readonly #handout = new PageHandout();
  readonly #workerId = `crawl-${process.pid}-${++runs}`;
  readonly #visits = new Map<string, Task<void>>();
  /** Everything claimed and not settled. */
  readonly #outstanding = new Set<string>();
  readonly #clockOffsetMs: number;
  readonly #startedAtMs: number;
  readonly #task: Task<void>;
  #endedAtMs: number | undefined;
  #parts: CrawlParts | undefined;
  #figures: FrontierStatistics | undefined;
  #figuresAtMs = Number.NEGATIVE_INFINITY;
  /** 2xx answers so far, those not settled included: what `maxPages` counts. */
  #goodPages = 0;
  #paused = false;
  #stopping = false;
  #left = false;
  #woken = false;
  #waiting: Future<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  /** Starts at once. With a sink, pages are not taken but written. */
  constructor(options: ResolvedOptions, router: Router, sink: CrawlSink | undefined) {
    this.#options = options;
    this.#router = router;
    this.#sink = sink;
    this.#observer = options.observer;
    this.#startedAtMs = currentLoop().time();
    // The frontier's clock is the wall's, moved by the loop's: a virtual clock moves both.
    this.#clockOffsetMs = Date.now() - this.#startedAtMs;
    this.#task = createTask(() => this.#drive(), { name: 'crawl' });
    this.#task.addDoneCallback((task) => this.#handout.end(endOf(task)));
  }

  /** Done when everything is settled, written and closed. Fails with what ended the crawl early. */
  get task(): Task<void> {
    return this.#task;
  }

  get state(): CrawlState {
    if (this.#task.done) return 'ended';
    if (this.#stopping) return 'stopping';
    return this.#paused ? 'paused' : 'running';
  }

  /** What `explain` asks; undefined before it is there. */
  get parts(): Pick<CrawlParts, 'frontier' | 'links'> | undefined {
    return this.#parts;
  }

  /** The time of the frontier's clock, in milliseconds. */
  readonly now = (): number => this.#clockOffsetMs + currentLoop().time();

  /** Waits for the next page. What it returns takes the wish back. */
  take(taker: Taker): () => void {
    return this.#handout.take(taker);
  }

  /** The consumer is done with a page: its lease ends with the next settlement. */
  finish(delivery: Delivery): void {
    if (!this.#handout.finish(delivery.token)) return;
    this.#settlePage(delivery);
    this.#handout.noticeFinished();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#wake();
  }

  /** Ends the run: visits are broken off and their leases given back, pages at the consumer are waited for. */
  stop(): void {
    this.#stopping = true;
    this.#wake();
  }

  /** Ends the run at once: the consumer is gone, and the pages it had not finished are given back. Resolves when all is settled. */
  leave(): Promise<void> {
    this.#left = true;
    for (const token of this.#handout.takeBack()) this.#giveBack(token);
    this.stop();
    return ended(this.#task);
  }

  statistics(): CrawlStatistics {
    const until = this.#endedAtMs ?? currentLoop().time();
    return this.#counters.statistics(this.state, until - this.#startedAtMs, this.#figures);
  }

  async #drive(): Promise<void> {
    try {
      this.#parts = await openParts({
        options: this.#options,
        router: this.#router,
        sink: this.#sink,
        counters: this.#counters,
        now: this.now,
        onSettled: (tokens) => this.#settled(tokens),
      });
      this.#goodPages = this.#counters.totals().pages;
      await this.#schedule(this.#parts);
    } finally {
      await this.#shutDown();
    }
    const failure = this.#parts.queue.failure ?? this.#failure;
    if (failure !== undefined) throw failure.error;
  }

  async #schedule({ frontier, queue }: CrawlParts): Promise<void> {
    const stopRenewing = this.#keepLeases(frontier);
    try {
      while (!this.#stopping && queue.failure === undefined) {
        this.#woken = false;
        const room = this.#paused ? 0 : this.#room();
        let dueInMs: number | undefined;
        if (room > 0) {
          const { leaseMs } = this.#options.limits;
          const claim = await frontier.claim({ workerId: this.#workerId, count: room, leaseMs });
          for (const target of claim.items) this.#visit(target);
          await this.#refreshFigures(frontier);
          if (claim.drained) return;
          if (claim.items.length > 0) continue;
          if (claim.nextDueAtMs !== null) dueInMs = Math.max(1, claim.nextDueAtMs - this.now());
        } else if (this.#outstanding.size === 0 && !this.#paused) {
          return; // As many pages as were asked for.
        } else if (this.#paused) {
          await this.#refreshFigures(frontier, true); // Nothing is claimed now, but what was fetched still settles.
        }
        await this.#wait(dueInMs);
      }
    } finally {
      stopRenewing();
    }
  }

  /** How many URLs may be claimed now. */
  #room(): number {
    const { concurrency, limits } = this.#options;
    const visits = this.#visits.size;
    return Math.min(
      concurrency - visits,
      concurrency + (this.#sink === undefined ? concurrency : MAX_UNWRITTEN) - this.#outstanding.size,
      limits.maxPages - this.#goodPages - visits,
    );
  }

  #visit(target: ClaimedTarget): void {
    const { token } = target;
    this.#outstanding.add(token);
    const task = createTask(() => this.#visitOne(target), { name: `visit ${target.url}` });
    this.#visits.set(token, task);
    task.addDoneCallback(() => {
      this.#visits.delete(token);
      const end = endOf(task);
      if (task.cancelled || end !== 'well') this.#giveBack(token);
      if (end !== 'well') {
        // A visit fails only by a fault of this package: the crawl ends with it rather than lose a URL.
        this.#failure ??= end;
        this.stop();
      }
      this.#wake();
    });
  }

  async #visitOne(target: ClaimedTarget): Promise<void> {
    const { visitor, queue } = this.#parts!;
    const visit = await visitor.visit(target);
    switch (visit.kind) {
      case 'answered':
        return this.#answered(target, visit);
      case 'put-off':
        return this.#putOff(target, visit);
      case 'failed': {
        const { failure } = visit;
        this.#tell(() => this.#observer.failure?.(failure));
        queue.add({
          token: target.token,
          outcome: 'failed',
          count: (counters) => counters.failed(failure.reason),
        });
      }
    }
  }

  #answered(target: ClaimedTarget, visit: Visit & { kind: 'answered' }): void {
    const { page, discovered, records } = visit;
    if (page.status >= 200 && page.status < 300) this.#goodPages++;
    this.#tell(() => this.#observer.page?.(page));
    const delivery: Delivery = { token: target.token, page, discovered, records };
    if (this.#sink === undefined) this.#handout.push(delivery);
    else this.#settlePage(delivery);
  }

  #settlePage({ token, page, discovered, records }: Delivery): void {
    const rows = this.#sink === undefined ? [] : (records ?? [page.row()]);
    // The page itself, with its body, is let go here: what waits for the sink is small.
    const { status, bytes, links } = page;
    const count = (counters: CrawlCounters): void => counters.answered(status, bytes, links.length);
    const { validators } = page;
    const kept = validators === undefined ? {} : { validators };
    this.#parts!.queue.add({ token, outcome: 'done', discovered, rows, count, ...kept });
  }

  #putOff(target: ClaimedTarget, visit: Visit & { kind: 'put-off' }): void {
    const { failure, notBeforeMs, discovered } = visit;
    if (failure !== undefined) {
      const delayMs = Math.max(0, (notBeforeMs ?? 0) - this.now());
      this.#tell(() => this.#observer.retry?.(failure, delayMs));
    }
    this.#parts!.queue.add({
      token: target.token,
      outcome: 'retry',
      ...(notBeforeMs === undefined ? {} : { notBeforeMs }),
      ...(discovered === undefined ? {} : { discovered }),
      ...(failure === undefined ? {} : { count: (counters: CrawlCounters) => counters.retried() }),
    });
  }

  #giveBack(token: string): void {
    this.#parts!.queue.add({ token, outcome: 'retry' });
  }

  #settled(tokens: readonly string[]): void {
    for (const token of tokens) this.#outstanding.delete(token);
    this.#wake();
  }

  /** Calls an observer; what it throws is its own affair. */
  #tell(call: () => void): void {
    try {
      call();
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error));
    }
  }

  #keepLeases(frontier: Frontier): () => void {
    const { leaseMs } = this.#options.limits;
    const everyMs = leaseMs / RENEWALS_PER_LEASE;
    const renew = (): void => {
      timer = currentLoop().callLater(everyMs, renew);
      // A lost lease shows when it is settled.
      if (this.#outstanding.size > 0) frontier.renew([...this.#outstanding], leaseMs).catch(() => {});
    };
    let timer = currentLoop().callLater(everyMs, renew);
    return () => timer.cancel();
  }

  async #refreshFigures(frontier: Frontier, atAnyAge = false): Promise<void> {
    const now = currentLoop().time();
    if (!atAnyAge && now - this.#figuresAtMs < FIGURES_AGE_MS) return;
    this.#figuresAtMs = now;
    this.#figures = await frontier.statistics();
  }

  /** Waits until something changes, or for so long. */
  async #wait(dueInMs: number | undefined): Promise<void> {
    if (this.#woken) return;
    const waiting = new Future<void>({ name: 'the crawl to go on' });
    this.#waiting = waiting;
    const timer = dueInMs === undefined ? undefined : currentLoop().callLater(dueInMs, () => this.#wake());
    try {
      await waiting;
    } finally {
      this.#waiting = undefined;
      timer?.cancel();
    }
  }

  #wake(): void {
    this.#woken = true;
    if (this.#waiting !== undefined && !this.#waiting.done) this.#waiting.setResult(undefined);
  }

  async #shutDown(): Promise<void> {
    this.#stopping = true;
    const visits = [...this.#visits.values()];
    for (const task of visits) task.cancel(new CancelledError('the crawl has ended'));
    await Promise.all(visits.map(ended));
    const parts = this.#parts;
    if (parts !== undefined) {
      for (const token of this.#handout.close()) this.#giveBack(token);
      // A consumer that was told to stop finishes the pages it has; one that is gone, or was cancelled with the crawl, does not.
      if (!this.#left && this.#task.cancelling() === 0) await this.#handout.whenFinished();
      for (const token of this.#handout.takeBack()) this.#giveBack(token);
      await parts.queue.idle();
      await this.#refreshFigures(parts.frontier, true).catch(() => {});
      await parts.close();
    }
    this.#endedAtMs = currentLoop().time();
  }
}

/** How a task ended: an error, or well (which to be cancelled counts as). */
function endOf(task: Task<void>): { readonly error: unknown } | 'well' {
  const error = task.cancelled ? undefined : task.exception();
  return error === undefined ? 'well' : { error };
}

/** A native promise for the end of a task, whatever the end. */
function ended(task: Task<unknown>): Promise<void> {
  return new Promise((resolve) => {
    task.addDoneCallback(() => resolve());
  });
}
