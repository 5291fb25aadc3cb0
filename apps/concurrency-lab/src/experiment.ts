/** What is measured: N jobs that each wait and compute, run by one of five models. */

/** A way to run jobs. */
export type Model = 'in-turn' | 'async' | 'threads' | 'processes' | 'async-threads';

/** The models, in the order in which they are measured and shown. */
export const MODELS: readonly { readonly name: Model; readonly title: string }[] = [
  { name: 'in-turn', title: 'in turn' },
  { name: 'async', title: 'async' },
  { name: 'threads', title: 'threads' },
  { name: 'processes', title: 'processes' },
  { name: 'async-threads', title: 'async, computing in threads' },
];

/** One experiment. */
export interface Experiment {
  /** The numbers of jobs, one after another. */
  readonly jobs: readonly number[];
  /** How long one job takes when it is alone, in milliseconds: waiting and computing together. 1 to 1000. */
  readonly jobMs: number;
  /** How much of it is computing, in percent. 0 to 100. */
  readonly cpuShare: number;
  readonly models: readonly Model[];
  /** Threads, or processes, of one pool. 1 to 16. */
  readonly workers: number;
}

/** What the lab does when not told otherwise. */
export const DEFAULT_EXPERIMENT: Experiment = {
  jobs: [1, 2, 5, 10, 20, 50, 100],
  jobMs: 20,
  cpuShare: 25,
  models: MODELS.map(({ name }) => name),
  workers: 4,
};

/** The time of one model for one number of jobs. */
export interface Measurement {
  readonly model: Model;
  readonly jobs: number;
  readonly elapsedMs: number;
  /** How late the worst tick of the event loop came meanwhile, in milliseconds. */
  readonly lagMs: number;
}

/** The most jobs of one measurement, and the longest that a measurement in turn may take: beyond it is left out. */
export const MAX_JOBS = 10_000;
export const MAX_IN_TURN_MS = 5000;

/** Why an experiment cannot be made, in words; undefined when it can. */
export function faultOf({ jobs, jobMs, cpuShare, models, workers }: Experiment): string | undefined {
  const whole = (value: number, least: number, most: number): boolean =>
    Number.isInteger(value) && value >= least && value <= most;
  if (jobs.length === 0 || jobs.length > 20 || !jobs.every((n) => whole(n, 1, MAX_JOBS))) {
    return `the numbers of jobs are up to 20 whole numbers from 1 to ${MAX_JOBS}, such as 1,10,100`;
  }
  if (!whole(jobMs, 1, 1000)) return 'a job takes a whole number of milliseconds from 1 to 1000';
  if (!whole(cpuShare, 0, 100)) return 'the share of computing is a whole number of percent from 0 to 100';
  if (!whole(workers, 1, 16)) return 'a pool has from 1 to 16 workers';
  const unknown = models.find((model) => !MODELS.some(({ name }) => name === model));
  if (unknown !== undefined)
    return `there is no model "${unknown}": the models are ${MODELS.map(({ name }) => name).join(', ')}`;
  return models.length === 0 ? 'at least one model is wanted' : undefined;
}
