/** The measurements as a table on the terminal: a line for each number of jobs, a column for each model. */
import { type Experiment, type Measurement, MODELS } from './experiment.ts';

const COLUMN = 14;

/** The heading over the table. */
export function heading({ jobMs, cpuShare, models, workers }: Experiment): string {
  const columns = MODELS.filter(({ name }) => models.includes(name)).map(({ name }) => name.padStart(COLUMN));
  return `N jobs of ${jobMs} ms, ${cpuShare} % of it computing, ${workers} workers; milliseconds, and how late a tick of the loop came\n\n${'N'.padStart(6)}${columns.join('')}\n`;
}

/** One line of the table; a model that was left out is a dash. */
export function line(jobs: number, experiment: Experiment, measurements: readonly Measurement[]): string {
  const cells = MODELS.filter(({ name }) => experiment.models.includes(name)).map(({ name }) => {
    const found = measurements.find((measurement) => measurement.model === name && measurement.jobs === jobs);
    return (
      found === undefined ? '–' : `${Math.round(found.elapsedMs)} (${Math.round(found.lagMs)})`
    ).padStart(COLUMN);
  });
  return `${String(jobs).padStart(6)}${cells.join('')}\n`;
}
