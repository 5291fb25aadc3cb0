/** Measurements as the columns of a plot and the rows of a table. Pure. */
import { type Measurement, MODELS } from '../experiment.ts';

/** The least a logarithmic axis shows. */
const LEAST_MS = 0.1;

/** What the two plots show: a column for each model, `null` where nothing was measured. */
export interface PlotColumns {
  readonly xs: readonly number[];
  readonly time: readonly (readonly (number | null)[])[];
  readonly lag: readonly (readonly (number | null)[])[];
}

/** The measurements by number of jobs, and for each model. */
export function columnsOf(measurements: readonly Measurement[]): PlotColumns {
  const xs = jobsOf(measurements);
  const column = (value: (measurement: Measurement) => number) =>
    MODELS.map(({ name }) =>
      xs.map((jobs) => {
        const found = find(measurements, name, jobs);
        return found === undefined ? null : Math.max(LEAST_MS, value(found));
      }),
    );
  return { xs, time: column(({ elapsedMs }) => elapsedMs), lag: column(({ lagMs }) => lagMs) };
}

/** A heading, and a row for each number of jobs: how long, and behind it how late the worst tick came. */
export function rowsOf(measurements: readonly Measurement[]): readonly (readonly string[])[] {
  const heading = ['N', ...MODELS.map(({ title }) => title)];
  const rows = jobsOf(measurements).map((jobs) => [
    jobs.toLocaleString('en'),
    ...MODELS.map(({ name }) => {
      const found = find(measurements, name, jobs);
      return found === undefined ? '–' : `${Math.round(found.elapsedMs)} (${Math.round(found.lagMs)})`;
    }),
  ]);
  return [heading, ...rows];
}

function jobsOf(measurements: readonly Measurement[]): readonly number[] {
  return [...new Set(measurements.map(({ jobs }) => jobs))].sort((a, b) => a - b);
}

function find(measurements: readonly Measurement[], model: string, jobs: number): Measurement | undefined {
  return measurements.find((measurement) => measurement.model === model && measurement.jobs === jobs);
}
