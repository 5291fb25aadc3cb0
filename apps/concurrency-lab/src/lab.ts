/** Runs experiments. Pools are opened before anything is measured and closed with the experiment, however it ends. */
import { createTask, gather, sleep, type Task } from '@oxbow/loop';
import { ProcessPool, ThreadPool } from '@oxbow/threads';
import { type Experiment, MAX_IN_TURN_MS, type Measurement, type Model } from './experiment.ts';
import { compute, roundsPerMs } from './work.ts';

const TICK_MS = 5;
const work = () => import('./work.ts');

/** One job alone, as the models need it. */
interface Job {
  readonly waitMs: number;
  readonly rounds: number;
}

interface Pools {
  readonly threads: ThreadPool | undefined;
  readonly processes: ProcessPool | undefined;
}

/** Measures one model after another for each number of jobs. A measurement is yielded as soon as it is made; leaving ends the experiment. */
export async function* runExperiment(experiment: Experiment): AsyncGenerator<Measurement> {
  const { jobs, models, jobMs, cpuShare } = experiment;
  const computeMs = (jobMs * cpuShare) / 100;
  const job = { waitMs: jobMs - computeMs, rounds: Math.round(computeMs * roundsPerMs()) };
  const pools = await openPools(experiment);
  try {
    for (const n of jobs) {
      for (const model of models) {
        if (model === 'in-turn' && n * jobMs > MAX_IN_TURN_MS) continue;
        yield await measure(model, n, job, pools);
      }
    }
  } finally {
    await Promise.all([pools.threads?.close(), pools.processes?.close()]);
  }
}

async function openPools({ models, workers }: Experiment): Promise<Pools> {
  const wantsThreads = models.some((model) => model === 'threads' || model === 'async-threads');
  const threads = wantsThreads ? new ThreadPool({ size: workers, maxQueue: 20_000 }) : undefined;
  const processes = models.includes('processes')
    ? new ProcessPool({ size: workers, maxQueue: 20_000 })
    : undefined;
  // Every worker is up, and its code compiled, before anything is measured.
  for (const pool of [threads, processes]) {
    if (pool !== undefined)
      await gather(Array.from({ length: workers }, () => pool.run(work, 'job', 5, 100_000)));
  }
  return { threads, processes };
}

async function measure(model: Model, jobs: number, job: Job, pools: Pools): Promise<Measurement> {
  const lag = new LagClock();
  await sleep(2 * TICK_MS);
  const started = performance.now();
  await runJobs(model, jobs, job, pools);
  const elapsedMs = performance.now() - started;
  await sleep(2 * TICK_MS);
  return { model, jobs, elapsedMs: rounded(elapsedMs), lagMs: rounded(lag.stop()) };
}

async function runJobs(model: Model, jobs: number, { waitMs, rounds }: Job, pools: Pools): Promise<void> {
  const each = (start: () => PromiseLike<unknown>): PromiseLike<unknown> =>
    gather(Array.from({ length: jobs }, start));
  const here = async (): Promise<void> => {
    if (waitMs > 0) await sleep(waitMs);
    compute(rounds);
  };
  if (model === 'in-turn') for (let n = 0; n < jobs; n++) await here();
  else if (model === 'async') await each(here);
  else if (model === 'threads')
    await each(() => (pools.threads as ThreadPool).run(work, 'job', waitMs, rounds));
  else if (model === 'processes')
    await each(() => (pools.processes as ProcessPool).run(work, 'job', waitMs, rounds));
  else {
    await each(async () => {
      if (waitMs > 0) await sleep(waitMs);
      if (rounds > 0) await (pools.threads as ThreadPool).run(work, 'compute', rounds);
    });
  }
}

/** Ticks every 5 ms and remembers how late the worst tick came. */
class LagClock {
  #worstMs = 0;
  readonly #task: Task<void>;

  constructor() {
    this.#task = createTask(async () => {
      for (;;) {
        const due = performance.now() + TICK_MS;
        await sleep(TICK_MS);
        this.#worstMs = Math.max(this.#worstMs, performance.now() - due);
      }
    });
  }

  stop(): number {
    this.#task.cancel();
    return this.#worstMs;
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
