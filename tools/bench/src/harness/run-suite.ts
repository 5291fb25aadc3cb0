/** Runs the tables of a suite: the rows of a table take turns, and a row that fails leaves its reason in its place. */
import { Contestant } from './contestant.ts';
import { Results, type RowResult, type TableResult } from './results.ts';
import type { Row, Suite, Table } from './suite.ts';
import type { Pace } from './workload.ts';

const FULL: Pace = { quick: false, warmUpMs: 400, roundMs: 60 };
const QUICK: Pace = { quick: true, warmUpMs: 150, roundMs: 20 };
const FULL_ROUNDS = 7;
const QUICK_ROUNDS = 3;

/** How a run goes and who hears of it. */
export interface RunOptions {
  readonly quick: boolean;
  /** Tables to run; empty for all. */
  readonly tables: readonly string[];
  /** Ends every process. What was measured until then is lost. */
  readonly signal: AbortSignal;
  /** Called with a line as the run goes on. */
  readonly say: (line: string) => void;
  /** Called with each finished table. */
  readonly done: (table: TableResult) => void;
}

/** Runs a suite's tables one after another. Rejects with the signal's reason when aborted. */
export async function runSuite(suite: Suite, options: RunOptions): Promise<Results> {
  const { tables: wanted, quick, signal, say, done } = options;
  const tables = suite.tables.filter(({ id, inShortRuns = true }) =>
    wanted.length === 0 ? inShortRuns || !quick : wanted.includes(id),
  );
  const results: TableResult[] = [];
  for (const [at, table] of tables.entries()) {
    const tell = (line: string): void =>
      say(`${suite.name} ${at + 1}/${tables.length} ${table.title}: ${line}`);
    const result = await new TableRun(table, { quick, signal, tell }).run();
    results.push(result);
    done(result);
  }
  return new Results(results);
}

class TableRun {
  readonly #table: Table;
  readonly #pace: Pace;
  readonly #rounds: number;
  readonly #signal: AbortSignal;
  readonly #tell: (line: string) => void;
  readonly #live = new Map<Row, Contestant>();
  readonly #samples = new Map<Row, number[]>();
  readonly #missing = new Map<Row, string>();

  constructor(
    table: Table,
    { quick, signal, tell }: { quick: boolean; signal: AbortSignal; tell: (line: string) => void },
  ) {
    this.#table = table;
    this.#pace = quick ? QUICK : FULL;
    this.#rounds = quick
      ? Math.min(QUICK_ROUNDS, table.rounds ?? QUICK_ROUNDS)
      : (table.rounds ?? FULL_ROUNDS);
    this.#signal = signal;
    this.#tell = tell;
  }

  async run(): Promise<TableResult> {
    const end = (): void => this.#closeAll();
    this.#signal.addEventListener('abort', end);
    try {
      for (let round = 1; round <= this.#rounds; round++) {
        // Forth and back: what a machine does in the course of a round shall not always meet the same rows.
        const rows = round % 2 === 1 ? this.#table.rows : this.#table.rows.toReversed();
        for (const row of rows) await this.#round(row, round);
      }
    } finally {
      this.#signal.removeEventListener('abort', end);
      this.#closeAll();
    }
    const { id, title, about, unit, reference, rows } = this.#table;
    return { id, title, about, unit, reference, rows: rows.map((row) => this.#resultOf(row)) };
  }

  async #round(row: Row, round: number): Promise<void> {
    this.#signal.throwIfAborted();
    if (this.#missing.has(row)) return;
    this.#tell(`round ${round} of ${this.#rounds}, ${row.name}`);
    try {
      const contestant = this.#live.get(row) ?? (await this.#start(row));
      const value = (await contestant.round()) / (this.#table.divisor ?? 1);
      this.#samples.set(row, [...(this.#samples.get(row) ?? []), value]);
      if (this.#table.processes === 'fresh') this.#close(row);
    } catch (error) {
      this.#signal.throwIfAborted();
      this.#close(row);
      this.#missing.set(row, error instanceof Error ? error.message : String(error));
    }
  }

  async #start(row: Row): Promise<Contestant> {
    const contestant = new Contestant(row);
    this.#live.set(row, contestant);
    await contestant.prepare(this.#pace);
    return contestant;
  }

  #close(row: Row): void {
    this.#live.get(row)?.close();
    this.#live.delete(row);
  }

  #closeAll(): void {
    for (const contestant of this.#live.values()) contestant.close();
    this.#live.clear();
  }

  #resultOf(row: Row): RowResult {
    const missing = this.#missing.get(row)?.split('\n')[0];
    return {
      name: row.name,
      samples: missing === undefined ? (this.#samples.get(row) ?? []) : [],
      ...(missing === undefined ? {} : { missing }),
    };
  }
}
