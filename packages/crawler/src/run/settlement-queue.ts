/**
 * Brings results to the sink and the frontier, in that order, as one step: rows are written, then the leases end together with the
 * checkpoint behind those rows. While one step is on its way the next one gathers, so steps grow with the load and wait for nothing
 * else. It does not know how results came about.
 *
 * The file follows the frontier: when a step is refused, the output is cut back to the checkpoint the frontier names, else to the last
 * that was settled.
 */
import type { LeaseLostError } from '../errors.ts';
import type {
  CrawlTarget,
  Frontier,
  FrontierStatistics,
  Outcome,
  SettleResult,
  TargetFailure,
  Validators,
} from '../frontier/frontier.ts';
import { type CrawlCounters, type Sums, totalOf } from '../report/crawl-statistics.ts';
import type { CrawlSink } from '../sink/crawl-sink.ts';
import type { HostControls } from '../visit/host-policy.ts';

/** The end of one lease, with what is to be written and counted when it commits. */
export interface PendingResult {
  readonly token: string;
  readonly outcome: Outcome;
  readonly discovered?: readonly CrawlTarget[];
  readonly afterMs?: number;
  readonly validators?: Validators;
  readonly failure?: TargetFailure;
  /** Towards `maxPages`. */
  readonly counts?: boolean;
  readonly rows?: readonly unknown[];
  /** What the result adds to the counts, when it commits. */
  readonly sums?: Sums;
}

/** What a queue works with. */
export interface SettlementQueueParts {
  readonly frontier: Frontier;
  readonly sink: CrawlSink | undefined;
  /** The name under which the frontier keeps how far the sink is. */
  readonly output: string;
  readonly counters: CrawlCounters;
  /** What the frontier knows of the output when the crawl begins. */
  readonly known: Pick<FrontierStatistics, 'checkpoint' | 'sequence'>;
  /** Told the tokens whose leases have ended, lost ones included; also when a step failed, with none. */
  readonly onSettled: (tokens: readonly string[]) => void;
}

/** Most results of one step: bounds the memory and the time of a commit. */
const MAX_STEP_RESULTS = 1000;

/** The last part of the pipeline. One step at a time; `failure` is set when a step failed for good, and nothing is settled after it. */
export class SettlementQueue implements HostControls {
  readonly #parts: SettlementQueueParts;
  #pending: PendingResult[] = [];
  #hostDelays: Record<string, number> = {};
  #hostPauses: Record<string, number> = {};
  #hasHosts = false;
  #checkpoint: unknown;
  #sequence: number;
  #running: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(parts: SettlementQueueParts) {
    this.#parts = parts;
    this.#checkpoint = parts.known.checkpoint;
    this.#sequence = parts.known.sequence;
  }

  /** What went wrong for good; undefined while all is well. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** Tells the frontier where a new output begins, before anything is written behind it. */
  async begin(): Promise<void> {
    const { sink } = this.#parts;
    if (sink === undefined || this.#checkpoint !== undefined) return;
    const start = await sink.write([]);
    await this.#settle({ results: [], checkpoint: start });
    this.#checkpoint = start;
  }

  add(result: PendingResult): void {
    this.#pending.push(result);
    this.#start();
  }

  /** Gives a host another delay with the next step. */
  delay(host: string, delayMs: number): void {
    this.#hostDelays[host] = delayMs;
    this.#hasHosts = true;
    this.#start();
  }

  /** Has a host left alone for a time, from the next step on. */
  pause(host: string, pauseMs: number): void {
    this.#hostPauses[host] = Math.max(pauseMs, this.#hostPauses[host] ?? 0);
    this.#hasHosts = true;
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
      if (this.#pending.length > 0 || this.#hasHosts) this.#start();
    });
  }

  async #run(): Promise<void> {
    // One turn later, so that what arrives together commits together.
    await undefined;
    while (this.#pending.length > 0 || this.#hasHosts) {
      const step = this.#pending.splice(0, MAX_STEP_RESULTS);
      const hosts = { hostDelays: this.#hostDelays, hostPauses: this.#hostPauses };
      this.#hostDelays = {};
      this.#hostPauses = {};
      this.#hasHosts = false;
      try {
        await this.#commit(step, hosts);
      } catch (error) {
        this.#failure = { error };
        this.#parts.onSettled([]);
        return;
      }
      this.#parts.onSettled(step.map((result) => result.token));
    }
  }

  async #commit(
    step: readonly PendingResult[],
    hosts: { hostDelays: Record<string, number>; hostPauses: Record<string, number> },
  ): Promise<void> {
    const { sink, counters } = this.#parts;
    const written = await this.#write(step).catch((error: unknown) => this.#takeBack(error));
    const sums = totalOf(step.map((result) => result.sums ?? {}));
    try {
      const report = await this.#settle({
        ...hosts,
        results: step.map(settleResult),
        checkpoint: written,
        sums,
      });
      this.#checkpoint = written;
      counters.add(sums);
      if (report.refused > 0) counters.skipped('host-limit', report.refused);
    } catch (error) {
      if (!isLeaseLost(error)) throw error;
      // Somebody else has those URLs now: take all of this step back, then settle what is still ours.
      if ('checkpoint' in error) this.#checkpoint = error.checkpoint;
      await sink?.cutBack(this.#checkpoint);
      const lost = new Set(error.tokens);
      const rest = step.filter((result) => !lost.has(result.token));
      if (rest.length < step.length) await this.#commit(rest, hosts);
    }
  }

  async #settle(settlement: Parameters<Frontier['settle']>[0]): ReturnType<Frontier['settle']> {
    const { frontier, output, sink } = this.#parts;
    // Without an output there is no order to keep: any number of workers may settle.
    if (sink === undefined) return frontier.settle(settlement);
    try {
      const report = await frontier.settle({ ...settlement, output, sequence: this.#sequence + 1 });
      this.#sequence++;
      return report;
    } catch (error) {
      // The frontier may have gone back, or on: the next number is the one after what it knows.
      if (isLeaseLost(error)) this.#sequence = (await frontier.statistics(output)).sequence;
      throw error;
    }
  }

  /** A step that could not be written whole, by a full disk say: half a row helps nobody, and nothing of it counts. */
  async #takeBack(error: unknown): Promise<never> {
    await this.#parts.sink?.cutBack(this.#checkpoint).catch(() => {});
    throw error;
  }

  async #write(step: readonly PendingResult[]): Promise<unknown> {
    const { sink, frontier } = this.#parts;
    if (sink === undefined) return undefined;
    const rows = step.flatMap((result) => result.rows ?? []);
    if (rows.length === 0) return this.#checkpoint;
    const checkpoint = await sink.write(rows);
    if (frontier.isDurable) await sink.sync();
    return checkpoint;
  }
}

/** By its code: an engine of another package may have been made with another copy of this one. */
function isLeaseLost(error: unknown): error is LeaseLostError {
  return error instanceof Error && (error as { code?: unknown }).code === 'ERR_OXBOW_CRAWLER_LEASE_LOST';
}

function settleResult({ rows: _rows, sums: _sums, ...result }: PendingResult): SettleResult {
  return result;
}
