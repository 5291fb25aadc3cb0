/** What a suite is: tables of rows that take turns, and targets over their medians. Data only; runs nothing. */
import type { Results } from './results.ts';

/** One line of a table: one way to do the table's job. */
export interface Row {
  readonly name: string;
  /** The file whose `workloads` hold the job: a module (.ts) or a Python script (.py). */
  readonly file: URL;
  /** The job in that file. */
  readonly workload: string;
  /** Arguments for the process: of Node for a module, of the script for Python. */
  readonly flags?: readonly string[];
}

/** One job, done by several contestants in turn. */
export interface Table {
  /** Short name, for `--table` and for targets. */
  readonly id: string;
  readonly title: string;
  /** What exactly is done, in one or two sentences. */
  readonly about: string;
  readonly unit: string;
  /** A measured value is divided by this: 1000 for µs, where nanoseconds are measured. Default 1. */
  readonly divisor?: number;
  /** The row others are compared with. */
  readonly reference: string;
  readonly rows: readonly Row[];
  /** `turns`: processes that live through all rounds and take turns. `fresh`: a new process for each round. Default `turns`. */
  readonly processes?: 'turns' | 'fresh';
  /** Rounds of a full run. Default 7. A short run has 3, or this many if fewer. */
  readonly rounds?: number;
  /** Whether a short run has it. Default true. */
  readonly inShortRuns?: boolean;
}

/** What a figure should be. */
export interface Target {
  readonly text: string;
  readonly limit: number;
  readonly is: 'at most' | 'at least';
  readonly unit: string;
  /** The figure, or undefined where a row it needs was not measured. */
  readonly measure: (results: Results) => number | undefined;
}

/** The peers of one package. */
export interface Suite {
  /** Short name of the package. */
  readonly name: string;
  readonly title: string;
  /** Libraries whose versions are printed, beside the package's own. */
  readonly peers: readonly string[];
  readonly tables: readonly Table[];
  readonly targets: readonly Target[];
}
