/**
 * Brings results to the sink and the frontier, in that order, as one step: rows are written, then the leases end together with the
 * checkpoint behind those rows. While one step is on its way the next one gathers, so steps grow with the load and wait for nothing
 * else. It does not know how results came about.
 */

import { LeaseLostError } from '../errors.ts';
import type { CrawlTarget, Frontier, Outcome, SettleResult, Validators } from '../frontier/frontier.ts';
import type { CrawlCounters, CrawlTotals } from '../report/crawl-statistics.ts';
import type { CrawlSink } from '../sink/crawl-sink.ts';

/** The end of one lease, with what is to be written and counted when it commits. */
export interface PendingResult {
  readonly token: string;
  readonly outcome: Outcome;
  readonly discovered?: readonly CrawlTarget[];
  readonly notBeforeMs?: number;
  readonly validators?: Validators;
  readonly rows?: readonly unknown[];
  /** Counts the result; taken back if its lease turns out to be lost. */
  readonly count?: (counters: CrawlCounters) => void;
}

/** What a frontier keeps for a crawl. */
export interface CrawlCheckpoint {
  readonly sink: unknown;
  readonly totals: CrawlTotals;
}

/** Most results of one step: bounds the memory and the time of a commit. */
const MAX_STEP_RESULTS = 1000;

/** The last part of the pipeline. One step at a time; `failure` is set when a step failed for good, and nothing is settled after it. */
export class SettlementQueue {
  readonly #frontier: Frontier;
  readonly #sink: CrawlSink | undefined;
  readonly #counters: CrawlCounters;
  readonly #onSettled: (tokens: readonly string[]) => void;
  #pending: PendingResult[] = [];
  #hostDelays: Record<string, number> | undefined;
  #sinkCheckpoint: unknown;
  #running: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  /** @param onSettled is told the tokens whose leases have ended, lost ones included; also called when a step failed, with none */
  constructor(
    frontier: Frontier,
    sink: CrawlSink | undefined,
    counters: CrawlCounters,
    sinkCheckpoint: unknown,
    onSettled: (tokens: readonly string[]) => void,
  ) {
    this.#frontier = frontier;
    this.#sink = sink;
    this.#counters = counters;
    this.#sinkCheckpoint = sinkCheckpoint;
    this.#onSettled = onSettled;
  }

  /** What went wrong for good; undefined while all is well. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  add(result: PendingResult): void {
    this.#pending.push(result);
    this.#start();
  }

  /** Gives a host another delay with the next step. */
  delayHost(host: string, delayMs: number): void {
    this.#hostDelays ??= {};
    this.#hostDelays[host] = delayMs;
    this.#start();
  }

  /** Resolves when nothing is left to settle, or settling has failed. Never rejects. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  #start(): void {
    if (this.#running !== undefined || this.#failure !== undefined) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (this.#pending.length > 0 || this.#hostDelays !== undefined) this.#start();
    });
  }

  async #run(): Promise<void> {
    // One turn later, so that what arrives together commits together.
    await undefined;
    while (this.#pending.length > 0 || this.#hostDelays !== undefined) {
      const step = this.#pending.splice(0, MAX_STEP_RESULTS);
      const hostDelays = this.#hostDelays ?? {};
      this.#hostDelays = undefined;
      try {
        await this.#settle(step, hostDelays);
      } catch (error) {
        this.#failure = { error };
        this.#onSettled([]);
        return;
      }
      this.#onSettled(step.map((result) => result.token));
    }
  }

  async #settle(step: readonly PendingResult[], hostDelays: Readonly<Record<string, number>>): Promise<void> {
    const before = this.#counters.totals();
    for (const result of step) result.count?.(this.#counters);
    const written = await this.#write(step).catch((error: unknown) => this.#takeBack(before, error));
    const checkpoint: CrawlCheckpoint = { sink: written, totals: this.#counters.totals() };
    try {
      await this.#frontier.settle({ results: step.map(settleResult), hostDelays, checkpoint });
      this.#sinkCheckpoint = written;
    } catch (error) {
      if (!(error instanceof LeaseLostError)) throw error;
      // Somebody else has those URLs now: take all of this step back, then settle what is still ours.
      this.#counters.revert(before);
      await this.#sink?.cutBack(this.#sinkCheckpoint);
      const lost = new Set(error.tokens);
      await this.#settle(
        step.filter((result) => !lost.has(result.token)),
        hostDelays,
      );
    }
  }

  /** A step that could not be written whole, by a full disk say: half a row helps nobody, and nothing of it counts. */
  async #takeBack(before: CrawlTotals, error: unknown): Promise<never> {
    this.#counters.revert(before);
    await this.#sink?.cutBack(this.#sinkCheckpoint).catch(() => {});
    throw error;
  }

  async #write(step: readonly PendingResult[]): Promise<unknown> {
    const sink = this.#sink;
    if (sink === undefined) return undefined;
    const rows = step.flatMap((result) => result.rows ?? []);
    if (rows.length === 0) return this.#sinkCheckpoint;
    const checkpoint = await sink.write(rows);
    if (this.#frontier.isDurable) await sink.sync();
    return checkpoint;
  }
}

function settleResult({ token, outcome, discovered, notBeforeMs, validators }: PendingResult): SettleResult {
  return {
    token,
    outcome,
    ...(discovered === undefined ? {} : { discovered }),
    ...(notBeforeMs === undefined ? {} : { notBeforeMs }),
    ...(validators === undefined ? {} : { validators }),
  };
}
