/**
 * One run of a crawl: claims URLs while there is room, has them visited, hands pages to the consumer, and settles what the consumer is
 * done with. Data flow only: what a URL comes to is the visitor's matter, what commits together the settlement queue's.
 *
 * Bounds: at most `concurrency` visits at a time, and at most twice that many URLs claimed and not settled: a slow consumer or sink
 * holds the claims back, not the sockets. Everything claimed is settled or given back before the run ends, however it ends; from the
 * moment it is stopped the run waits by plain promises only, so that no second cancellation can cut its ending short.
 */
import type { Session } from '@oxbow/http';
import { CancelledError, createTask, currentLoop, Future, type Task } from '@oxbow/loop';
import type { ResolvedOptions } from './crawl-options.ts';
import { CrawlCounters, type CrawlState, type CrawlStatistics } from './crawl-statistics.ts';
import { createFetch, createSession } from './fetch/page-fetcher.ts';
import { PrivateAddressGuard } from './fetch/private-address-guard.ts';
import type {
  ClaimedTarget,
  CrawlTarget,
  Frontier,
  FrontierOptions,
  FrontierStatistics,
} from './frontier/frontier.ts';
import { MemoryFrontier } from './frontier/memory-frontier.ts';
import { openSqliteFrontier } from './frontier/sqlite-frontier.ts';
import { LinkPolicy } from './link-policy.ts';
import type { CrawlObserver } from './observer.ts';
import type { Page } from './page.ts';
import { RobotsCache } from './robots/robots-cache.ts';
import type { Router } from './router.ts';
import { type CrawlCheckpoint, SettlementQueue } from './settlement-queue.ts';
import type { CrawlSink } from './sink/crawl-sink.ts';
import { hostOf } from './url/canonical-url.ts';
import { compileScope } from './url/scope.ts';
import { TrapGuard } from './url/trap-guard.ts';
import { type Visit, Visitor } from './visitor.ts';

/** A page on its way to the consumer, with the lease it holds. */
export interface Delivery {
  readonly token: string;
  readonly page: Page;
  readonly discovered: readonly CrawlTarget[];
  readonly records: readonly unknown[] | undefined;
}

/** Who waits for a page: gets it, or undefined at the end. */
export interface Taker {
  resolve(delivery: Delivery | undefined): void;
  reject(error: unknown): void;
}

/** Leases are renewed this many times before they run out. */
const RENEWALS_PER_LEASE = 3;
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
  readonly #workerId = `crawl-${process.pid}-${++runs}`;
  readonly #visits = new Map<string, Task<void>>();
  /** Everything claimed and not settled. */
  readonly #outstanding = new Set<string>();
  readonly #ready: Delivery[] = [];
  readonly #handed = new Map<string, Delivery>();
  readonly #takers: Taker[] = [];
  readonly #clockOffsetMs: number;
  readonly #startedAtMs: number;
  readonly #task: Task<void>;
  #endedAtMs: number | undefined;
  #frontier: Frontier | undefined;
  #figures: FrontierStatistics | undefined;
  #figuresAtMs = Number.NEGATIVE_INFINITY;
  #session: Session | undefined;
  #visitor: Visitor | undefined;
  #links: LinkPolicy | undefined;
  #queue: SettlementQueue | undefined;
  /** 2xx answers so far, those not settled included: what `maxPages` counts. */
  #goodPages = 0;
  #paused = false;
  #stopping = false;
  #left = false;
  #woken = false;
  #waiting: Future<void> | undefined;
  #handedOver: (() => void) | undefined;
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
    this.#task.addDoneCallback(() => this.#answerTakers());
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

  /** Waits for the next page. What it returns takes the wish back. */
  take(taker: Taker): () => void {
    const delivery = this.#stopping ? undefined : this.#ready.shift();
    if (delivery !== undefined) {
      this.#handed.set(delivery.token, delivery);
      taker.resolve(delivery);
      return () => {};
    }
    this.#takers.push(taker);
    if (this.#task.done) this.#answerTakers();
    return () => {
      const index = this.#takers.indexOf(taker);
      if (index !== -1) this.#takers.splice(index, 1);
    };
  }

  /** The consumer is done with a page: its lease ends with the next settlement. */
  finish(delivery: Delivery): void {
    if (!this.#handed.delete(delivery.token)) return;
    this.#settlePage(delivery);
    if (this.#handed.size === 0) this.#handedOver?.();
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
    this.#handedOver?.();
    this.stop();
    return ended(this.#task);
  }

  statistics(): CrawlStatistics {
    const until = this.#endedAtMs ?? currentLoop().time();
    return this.#counters.statistics(this.state, until - this.#startedAtMs, this.#figures);
  }

  /** The parts that `explain` asks; undefined before they are there. */
  get parts(): { readonly frontier: Frontier | undefined; readonly links: LinkPolicy | undefined } {
    return { frontier: this.#frontier, links: this.#links };
  }

  get now(): number {
    return this.#now();
  }

  readonly #now = (): number => this.#clockOffsetMs + currentLoop().time();

  async #drive(): Promise<void> {
    try {
      await this.#open();
      await this.#schedule();
    } finally {
      await this.#shutDown();
    }
    const failure = this.#queue?.failure ?? this.#failure;
    if (failure !== undefined) throw failure.error;
  }

  async #open(): Promise<void> {
    const options = this.#options;
    this.#frontier = await this.#openFrontier();
    const checkpoint = (await this.#frontier.statistics()).checkpoint as CrawlCheckpoint | undefined;
    if (checkpoint !== undefined) this.#counters.restore(checkpoint.totals);
    this.#goodPages = this.#counters.totals().pages;
    await this.#sink?.open(checkpoint?.sink);
    this.#session = options.session ?? createSession(options);
    const fetch = createFetch(this.#session, new PrivateAddressGuard(options.seeds), options);
    const robots = new RobotsCache(fetch, options.userAgent, this.#now);
    const queue = new SettlementQueue(
      this.#frontier,
      this.#sink,
      this.#counters,
      checkpoint?.sink,
      (tokens) => {
        for (const token of tokens) this.#outstanding.delete(token);
        this.#wake();
      },
    );
    this.#queue = queue;
    const { limits, query } = options;
    this.#links = new LinkPolicy(
      {
        scope: compileScope(options.scope, options.seeds),
        traps: new TrapGuard({
          maxPathSegments: limits.maxPathSegments,
          maxSegmentRepeats: limits.maxSegmentRepeats,
          maxQueriesPerPath: limits.maxQueriesPerPath,
          maxQueryPermutations: limits.maxQueryPermutations,
        }),
        maxDepth: limits.maxDepth,
        query,
        robotsOf: (url) => (options.robots.obey ? robots.peek(url) : undefined),
      },
      this.#counters,
    );
    this.#visitor = new Visitor({
      options,
      fetch,
      robots,
      links: this.#links,
      router: this.#router,
      counters: this.#counters,
      now: this.#now,
      onHostDelay: (host, delayMs) => queue.delayHost(host, delayMs),
    });
    await this.#plantSeeds(this.#frontier, this.#visitor);
  }

  async #openFrontier(): Promise<Frontier> {
    const { frontier, politeness, concurrency, limits } = this.#options;
    if (typeof frontier === 'object') return frontier;
    const frontierOptions: FrontierOptions = {
      delayMs: politeness.delayMs,
      maxInFlightPerHost: politeness.maxInFlightPerHost,
      maxInFlightUndelayed: concurrency,
      maxUrlsPerHost: limits.maxUrlsPerHost,
      now: this.#now,
    };
    return frontier === undefined
      ? new MemoryFrontier(frontierOptions)
      : openSqliteFrontier(frontier, frontierOptions);
  }

  async #plantSeeds(frontier: Frontier, visitor: Visitor): Promise<void> {
    const hosts = new Set(this.#options.seeds.map(hostOf));
    const hostDelays = Object.fromEntries([...hosts].map((host) => [host, visitor.baseDelayMs(host)]));
    await frontier.settle({ results: [], hostDelays });
    await frontier.offer(this.#options.seeds);
  }

  async #schedule(): Promise<void> {
    const frontier = this.#frontier!;
    const stopRenewing = this.#keepLeases(frontier);
    try {
      while (!this.#stopping && this.#queue!.failure === undefined) {
        this.#woken = false;
        const room = this.#paused ? 0 : this.#room();
        let dueInMs: number | undefined;
        if (room > 0) {
          const { leaseMs } = this.#options.limits;
          const claim = await frontier.claim({ workerId: this.#workerId, count: room, leaseMs });
          for (const target of claim.items) this.#visit(target);
          await this.#refreshFigures();
          if (claim.drained) return;
          if (claim.items.length > 0) continue;
          if (claim.nextDueAtMs !== null) dueInMs = Math.max(1, claim.nextDueAtMs - this.#now());
        } else if (this.#outstanding.size === 0 && !this.#paused) {
          return; // As many pages as were asked for.
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
      2 * concurrency - this.#outstanding.size,
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
      if (task.cancelled) this.#queue!.add({ token, outcome: 'retry' });
      else if (task.exception() !== undefined) this.#fail(token, task.exception());
      this.#wake();
    });
  }

  /** A visit failed in a way it should not: its URL is given back and the crawl ends with the error. */
  #fail(token: string, error: unknown): void {
    this.#failure ??= { error };
    this.#queue!.add({ token, outcome: 'retry' });
    this.stop();
  }

  async #visitOne(target: ClaimedTarget): Promise<void> {
    const visit = await this.#visitor!.visit(target);
    switch (visit.kind) {
      case 'answered':
        return this.#answered(target, visit);
      case 'put-off':
        return this.#putOff(target, visit);
      case 'failed':
        this.#tell(() => this.#observer.failure?.(visit.failure));
        this.#queue!.add({
          token: target.token,
          outcome: 'failed',
          count: (counters) => counters.failed(visit.failure.reason),
        });
    }
  }

  #answered(target: ClaimedTarget, visit: Visit & { kind: 'answered' }): void {
    const { page, discovered, records } = visit;
    if (page.status >= 200 && page.status < 300) this.#goodPages++;
    this.#tell(() => this.#observer.page?.(page));
    const delivery: Delivery = { token: target.token, page, discovered, records };
    if (this.#sink !== undefined) {
      this.#settlePage(delivery);
      return;
    }
    this.#ready.push(delivery);
    if (!this.#stopping) this.#serve();
  }

  #serve(): void {
    while (this.#ready.length > 0) {
      const taker = this.#takers.shift();
      if (taker === undefined) return;
      const delivery = this.#ready.shift()!;
      this.#handed.set(delivery.token, delivery);
      taker.resolve(delivery);
    }
  }

  #settlePage({ token, page, discovered, records }: Delivery): void {
    const rows = this.#sink === undefined ? undefined : (records ?? [page.row()]);
    this.#queue!.add({
      token,
      outcome: 'done',
      discovered,
      ...(rows === undefined ? {} : { rows }),
      count: (counters) => counters.answered(page),
    });
  }

  #putOff(target: ClaimedTarget, visit: Visit & { kind: 'put-off' }): void {
    const { failure, notBeforeMs, discovered } = visit;
    if (failure !== undefined) {
      const delayMs = Math.max(0, (notBeforeMs ?? 0) - this.#now());
      this.#tell(() => this.#observer.retry?.(failure, delayMs));
    }
    this.#queue!.add({
      token: target.token,
      outcome: 'retry',
      ...(notBeforeMs === undefined ? {} : { notBeforeMs }),
      ...(discovered === undefined ? {} : { discovered }),
      ...(failure === undefined ? {} : { count: (counters: CrawlCounters) => counters.retried() }),
    });
  }

  /** Calls an observer; what it throws is its own affair. */
  #tell(call: () => void): void {
    try {
      call();
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
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

  async #refreshFigures(isFinal = false): Promise<void> {
    const now = currentLoop().time();
    if (!isFinal && now - this.#figuresAtMs < FIGURES_AGE_MS) return;
    this.#figuresAtMs = now;
    this.#figures = await this.#frontier!.statistics();
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
    const isCancelled = this.#task.cancelling() > 0;
    const visits = [...this.#visits.values()];
    for (const task of visits) task.cancel(new CancelledError('the crawl has ended'));
    await Promise.all(visits.map(ended));
    const queue = this.#queue;
    if (queue !== undefined) {
      for (const { token } of this.#ready.splice(0)) queue.add({ token, outcome: 'retry' });
      if (this.#handed.size > 0 && !this.#left && !isCancelled) {
        await new Promise<void>((resolve) => {
          this.#handedOver = resolve;
        });
      }
      for (const token of this.#handed.keys()) queue.add({ token, outcome: 'retry' });
      this.#handed.clear();
      await queue.idle();
    }
    await this.#close();
    this.#endedAtMs = currentLoop().time();
  }

  async #close(): Promise<void> {
    const { frontier, session } = this.#options;
    try {
      if (this.#frontier !== undefined) await this.#refreshFigures(true).catch(() => {});
      await this.#sink?.close();
    } finally {
      // A frontier in memory stays open for explain(): it holds nothing but memory.
      if (typeof frontier === 'string') await this.#frontier?.close();
      if (session === undefined) await this.#session?.close();
    }
  }

  #answerTakers(): void {
    const failure = this.#task.cancelled ? undefined : this.#task.exception();
    for (const taker of this.#takers.splice(0)) {
      if (failure === undefined) taker.resolve(undefined);
      else taker.reject(failure);
    }
  }
}

/** A native promise for the end of a task, whatever the end. */
function ended(task: Task<unknown>): Promise<void> {
  return new Promise((resolve) => {
    task.addDoneCallback(() => resolve());
  });
}
