/**
 * One run of a crawl: claims URLs while there is room, has them visited, hands pages to the consumer, and settles what the consumer is
 * done with. Data flow only: the visitor decides what a URL comes to, and the settlement queue what commits together.
 *
 * Bounds: at most `concurrency` visits at a time; beside those, as many pages at the consumer or waiting for it, or 256 rows waiting for a
 * sink. So a slow consumer or disk holds the claims back, not the sockets. Everything claimed is settled or given back before the run ends, however it ends. From the
 * moment it is stopped the run waits by plain promises only, so that no second cancellation can cut its ending short.
 *
 * The frontier may be shared: whatever another process does to it is noticed by `changed`, and at the latest after a third of a lease.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { CancelledError, createTask, currentLoop, Future, type Task } from '@oxbow/loop';
import type {
  ClaimedTarget,
  CrawlTarget,
  Frontier,
  FrontierState,
  FrontierStatistics,
} from '../frontier/frontier.ts';
import type { CrawlerOptions } from '../options/crawl-options.ts';
import type { CrawlLoad } from '../report/crawl-flow.ts';
import {
  answerSums,
  CrawlCounters,
  type CrawlState,
  type CrawlStatistics,
  failureSums,
  RETRY_SUMS,
} from '../report/crawl-statistics.ts';
import type { CrawlFailure } from '../report/observer.ts';
import { Reporter } from '../report/reporter.ts';
import type { CrawlSink } from '../sink/crawl-sink.ts';
import type { Page } from '../visit/page.ts';
import type { Router } from '../visit/router.ts';
import type { AnsweredVisit, Middleware, PutOffVisit } from '../visit/visit.ts';
import { type CrawlParts, openParts } from './crawl-parts.ts';
import { type Delivery, PageHandout, type Taker } from './page-handout.ts';

/** Leases are renewed this many times before they run out. */
const RENEWALS_PER_LEASE = 3;
/** Answered URLs that may wait for the sink: enough to keep the sockets busy while a disk flushes. */
const MAX_UNWRITTEN = 256;
/** How old the frontier's figures in `statistics()` may be. */
const FIGURES_AGE_MS = 200;

/** Characters of a failure's message that the frontier keeps. */
const MAX_KEPT_MESSAGE_CHARS = 500;

/** What a crawl was asked for. */
export interface RunSetup {
  readonly given: CrawlerOptions;
  readonly router: Router;
  readonly middlewares: readonly Middleware[];
}

/** The engine of one crawl. Made by Crawler, started once. */
export class CrawlRun {
  readonly #setup: RunSetup;
  readonly #sink: CrawlSink | undefined;
  readonly #reporter: Reporter;
  readonly #counters = new CrawlCounters();
  readonly #handout = new PageHandout();
  /** Unique for each start, on any machine: two containers may have one process id. */
  readonly #workerId = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
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
  #concurrency = 0;
  #paused = false;
  /** What the frontier tells all workers. */
  #told: FrontierState = 'running';
  #stopping = false;
  #left = false;
  #woken = false;
  #waiting: Future<void> | undefined;
  /** When the next host is due, while that is waited for. */
  #dueAtMs: number | undefined;
  /** Since when nothing could be claimed. */
  #heldSinceMs: number | undefined;
  #failure: { readonly error: unknown } | undefined;

  /** Starts at once. With a sink, pages are not taken but written. */
  constructor(setup: RunSetup, sink: CrawlSink | undefined) {
    this.#setup = setup;
    this.#sink = sink;
    this.#reporter = new Reporter(setup.given.observer ?? {});
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
    return this.#paused || this.#told === 'paused' ? 'paused' : 'running';
  }

  /** What the crawl works with; undefined before it is there. */
  get parts(): CrawlParts | undefined {
    return this.#parts;
  }

  /** Requests at a time from now on. */
  set concurrency(value: number) {
    this.#concurrency = value;
    this.#wake();
  }

  /** The time of day, in milliseconds, moved by the loop's clock. */
  readonly now = (): number => this.#clockOffsetMs + currentLoop().time();

  /** Waits for the next page. What it returns takes the wish back. */
  take(taker: Taker): () => void {
    return this.#handout.take(taker);
  }

  /** The consumer is done with a page: its lease ends with the next settlement. */
  finish(delivery: Delivery): void {
    if (!this.#handout.finish(delivery.target.token)) return;
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
    // At once: a consumer that stopped the crawl is not to get what was answered meanwhile.
    for (const token of this.#handout.close()) this.#giveBack(token);
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
    return this.#counters.statistics(this.state, until - this.#startedAtMs, this.#figures, this.#concurrency);
  }

  /** How full each part of the run is at this moment. */
  load(): CrawlLoad {
    const now = currentLoop().time();
    const visits = this.#visits.size;
    return {
      state: this.state,
      concurrency: this.#concurrency,
      visits,
      unfinished: this.#outstanding.size - visits,
      maxUnfinished: this.#maxUnfinished(),
      consumer: this.#sink === undefined ? 'the consumer' : (this.#sink.output ?? 'the sink'),
      queued: this.#figures?.queued ?? 0,
      pagesLeft: (this.#parts?.options.limits.maxPages ?? Number.POSITIVE_INFINITY) - this.#goodPages,
      dueInMs: this.#dueAtMs === undefined ? undefined : Math.max(0, this.#dueAtMs - now),
      heldMs: this.#heldSinceMs === undefined ? undefined : now - this.#heldSinceMs,
    };
  }

  async #drive(): Promise<void> {
    try {
      this.#parts = await openParts({
        ...this.#setup,
        sink: this.#sink,
        counters: this.#counters,
        reporter: this.#reporter,
        now: this.now,
        onSettled: (tokens) => this.#settled(tokens),
      });
      this.#goodPages = this.#counters.pages;
      this.#concurrency ||= this.#parts.options.concurrency;
      await this.#schedule(this.#parts);
    } finally {
      await this.#shutDown();
    }
    const failure = this.#parts.queue.failure ?? this.#failure;
    if (failure !== undefined) throw failure.error;
  }

  async #schedule({ frontier, queue, options }: CrawlParts): Promise<void> {
    const { leaseMs, maxWaitMs } = options.limits;
    const stopRenewing = this.#keepLeases(frontier, leaseMs);
    try {
      while (!this.#stopping && queue.failure === undefined) {
        this.#woken = false;
        const room = this.#paused ? 0 : this.#room();
        let dueInMs: number | null = null;
        if (room > 0) {
          const claim = await frontier.claim({ workerId: this.#workerId, count: room, leaseMs });
          this.#told = claim.state;
          for (const target of claim.items) this.#visit(target);
          await this.#refreshFigures(frontier);
          if (claim.drained || claim.state === 'stopping') return;
          if (claim.items.length > 0) {
            this.#heldSinceMs = undefined;
            continue;
          }
          dueInMs = claim.state === 'running' ? claim.dueInMs : null;
          if (dueInMs !== null && dueInMs > maxWaitMs && this.#outstanding.size === 0) {
            this.#tellLeft(dueInMs);
            return;
          }
        } else if (this.#outstanding.size === 0 && !this.#paused) {
          return; // As many pages as were asked for.
        } else if (this.#paused) {
          await this.#refreshFigures(frontier, true); // Nothing is claimed now, but what was fetched still settles.
        }
        const now = currentLoop().time();
        this.#heldSinceMs ??= now;
        this.#dueAtMs = dueInMs === null ? undefined : now + dueInMs;
        await this.#wait(
          frontier,
          Math.min(dueInMs ?? Number.POSITIVE_INFINITY, leaseMs / RENEWALS_PER_LEASE),
        );
      }
    } finally {
      stopRenewing();
    }
  }

  #tellLeft(dueInMs: number): void {
    const left = this.#figures?.queued ?? 0;
    const seconds = Math.round(dueInMs / 1000);
    const message =
      `The crawl ended with ${left} URLs left in its frontier: no host may be asked before ${seconds} s have passed. ` +
      'Resume it then, or raise limits.maxWaitMs.';
    this.#reporter.notice({ kind: 'left-waiting', message });
  }

  /** How many URLs may be claimed now. */
  #room(): number {
    const { maxPages } = this.#parts!.options.limits;
    const concurrency = this.#concurrency;
    const visits = this.#visits.size;
    return Math.min(
      concurrency - visits,
      concurrency + this.#maxUnfinished() - this.#outstanding.size,
      maxPages - this.#goodPages - visits,
    );
  }

  /** Answered URLs that may be with the consumer, or wait for it. */
  #maxUnfinished(): number {
    return this.#sink === undefined ? this.#concurrency : MAX_UNWRITTEN;
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
    const outcome = await this.#parts!.visitor.visit(target);
    if (outcome.kind === 'answered') this.#answered(target, outcome);
    else if (outcome.kind === 'put-off') this.#putOff(target, outcome);
    else this.#failed(target, outcome.failure, outcome.discovered);
  }

  #answered(target: ClaimedTarget, visit: AnsweredVisit): void {
    const { page, discovered, records } = visit;
    if (isGood(page.status)) this.#goodPages++;
    this.#reporter.page(page);
    const delivery: Delivery = { target, page, discovered, records };
    if (this.#sink === undefined) this.#handout.push(delivery);
    else this.#settlePage(delivery);
  }

  #settlePage({ target, page, discovered, records }: Delivery): void {
    const { token } = target;
    let rows: readonly unknown[] = [];
    try {
      rows = this.#sink === undefined ? [] : this.#prepared(this.#rowsOf(page, records));
    } catch (error) {
      const message = `its record cannot be written: ${error instanceof Error ? error.message : String(error)}`;
      const { url, referrer, depth, attempt } = target;
      this.#failed(target, { url, referrer, depth, attempt, reason: 'record', message, error }, discovered);
      return;
    }
    // The page itself, with its body, is let go here: what waits for the sink is small.
    const { status, bytes, links, validators } = page;
    this.#parts!.queue.add({
      token,
      outcome: 'done',
      discovered,
      rows,
      sums: answerSums(status, bytes, links.length, rows.length),
      ...(isGood(status) ? { counts: true } : {}),
      ...(validators === undefined ? {} : { validators }),
    });
  }

  #rowsOf(page: Page, records: readonly unknown[] | undefined): readonly unknown[] {
    return this.#sink?.takes === 'pages' ? [page] : (records ?? [page.row()]);
  }

  /** Rows in the form their sink writes: what cannot be written is found here, before anything of the step is. */
  #prepared(rows: readonly unknown[]): readonly unknown[] {
    const sink = this.#sink!;
    return sink.prepare === undefined ? rows : rows.map((row) => sink.prepare?.(row));
  }

  #failed({ token }: ClaimedTarget, failure: CrawlFailure, discovered: readonly CrawlTarget[] = []): void {
    const { reason, message } = failure;
    this.#reporter.failure(failure);
    this.#parts!.queue.add({
      token,
      outcome: 'failed',
      failure: { reason, message: message.slice(0, MAX_KEPT_MESSAGE_CHARS) },
      discovered,
      sums: failureSums(reason),
    });
  }

  #putOff({ token }: ClaimedTarget, { failure, afterMs, discovered }: PutOffVisit): void {
    if (failure !== undefined) this.#reporter.retry(failure, afterMs ?? 0);
    this.#parts!.queue.add({
      token,
      outcome: 'retry',
      ...(afterMs === undefined ? {} : { afterMs }),
      ...(discovered === undefined ? {} : { discovered }),
      ...(failure === undefined ? {} : { sums: RETRY_SUMS }),
    });
  }

  #giveBack(token: string): void {
    this.#parts!.queue.add({ token, outcome: 'retry' });
  }

  #settled(tokens: readonly string[]): void {
    for (const token of tokens) this.#outstanding.delete(token);
    this.#wake();
  }

  /** Renews what is out. What is lost is not fetched any further: somebody else has it. */
  #keepLeases(frontier: Frontier, leaseMs: number): () => void {
    const everyMs = leaseMs / RENEWALS_PER_LEASE;
    let renewedAtMs = currentLoop().time();
    const renew = (): void => {
      timer = currentLoop().callLater(everyMs, renew);
      const askedAtMs = currentLoop().time();
      if (this.#outstanding.size === 0) {
        renewedAtMs = askedAtMs;
        return;
      }
      frontier.renew([...this.#outstanding], leaseMs).then(
        (lost) => {
          renewedAtMs = askedAtMs;
          for (const token of lost) this.#visits.get(token)?.cancel(new CancelledError('its lease is lost'));
        },
        () => {
          // A frontier that cannot be asked for a whole lease has given all of them to others.
          if (askedAtMs - renewedAtMs < leaseMs) return;
          for (const task of this.#visits.values()) task.cancel(new CancelledError('its lease ran out'));
        },
      );
    };
    let timer = currentLoop().callLater(everyMs, renew);
    return () => timer.cancel();
  }

  async #refreshFigures(frontier: Frontier, atAnyAge = false): Promise<void> {
    const now = currentLoop().time();
    if (!atAnyAge && now - this.#figuresAtMs < FIGURES_AGE_MS) return;
    this.#figuresAtMs = now;
    this.#figures = await frontier.statistics();
    if (this.#parts?.isShared) this.#counters.follow(this.#figures.sums);
  }

  /** Waits until something changes, here or in the frontier, or for so long. */
  async #wait(frontier: Frontier, ms: number): Promise<void> {
    if (this.#woken) return;
    const waiting = new Future<void>({ name: 'the crawl to go on' });
    this.#waiting = waiting;
    const timer = currentLoop().callLater(Math.max(1, ms), () => this.#wake());
    const left = new AbortController();
    // That the wait is over is no change: it would end the next one.
    const wake = (): void => {
      if (!left.signal.aborted) this.#wake();
    };
    frontier.changed(left.signal).then(wake, wake);
    try {
      await waiting;
    } finally {
      this.#waiting = undefined;
      timer.cancel();
      left.abort();
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

function isGood(status: number): boolean {
  return status >= 200 && status < 300;
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
