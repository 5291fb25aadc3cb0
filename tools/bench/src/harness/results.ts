/** What a run measured: tables of rows with their samples, and the ratios that targets ask for. */
import { geometricMean, median } from './statistics.ts';

/** The samples of one row, in its table's unit; none and a reason where it could not be measured. */
export interface RowResult {
  readonly name: string;
  readonly samples: readonly number[];
  readonly missing?: string;
}

/** The rows of one table. */
export interface TableResult {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly unit: string;
  readonly reference: string;
  readonly rows: readonly RowResult[];
}

/** The tables of a run. Asks for medians by name; what was not measured is undefined. */
export class Results {
  readonly tables: readonly TableResult[];

  constructor(tables: readonly TableResult[]) {
    this.tables = tables;
  }

  /** The median of a row; undefined where it was not measured. */
  median(table: string, row: string): number | undefined {
    const samples = this.tables
      .find(({ id }) => id === table)
      ?.rows.find(({ name }) => name === row)?.samples;
    return samples === undefined || samples.length === 0 ? undefined : median(samples);
  }

  /** How many times as much `row` takes as `reference` does. */
  ratio(table: string, row: string, reference: string): number | undefined {
    const [value, base] = [this.median(table, row), this.median(table, reference)];
    return value === undefined || base === undefined ? undefined : value / base;
  }

  /** The ratio in each of several tables; undefined where one of them lacks a row. */
  ratios(tables: readonly string[], row: string, reference: string): readonly number[] | undefined {
    const found = tables.map((table) => this.ratio(table, row, reference));
    return found.every((ratio) => ratio !== undefined) ? found : undefined;
  }

  /** The geometric mean of the ratio over several tables. */
  meanRatio(tables: readonly string[], row: string, reference: string): number | undefined {
    const found = this.ratios(tables, row, reference);
    return found === undefined || found.length === 0 ? undefined : geometricMean(found);
  }

  /** The least ratio over several tables. */
  leastRatio(tables: readonly string[], row: string, reference: string): number | undefined {
    const found = this.ratios(tables, row, reference);
    return found === undefined || found.length === 0 ? undefined : Math.min(...found);
  }
}
