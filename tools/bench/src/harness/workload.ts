/** What a contestant offers to be measured by, and how one round of it becomes a figure. Runs inside its process. */

/**
 * A job done `operations` times; its figure is nanoseconds an operation, of the main thread's processor time: on a busy
 * machine the wall clock measures the neighbours.
 */
export interface Timed {
  /**
   * `wall` for jobs that wait for sockets or other threads; `process` adds the threads of the garbage collector, for jobs
   * that leave much to it. Default `cpu`.
   */
  readonly clock?: keyof Clocks;
  /** The job comes in portions of this many operations. */
  readonly portion: number;
  /** Times the usual warm-up: long paths through much code are compiled late. Default 1. */
  readonly warmUps?: number;
  /** More operations than this in one round tell nothing new. Default: no bound. */
  readonly most?: number;
  run(operations: number): unknown;
}

/** A job that finds its figure by itself. */
export interface Measured {
  measure(quick: boolean): number | Promise<number>;
}

/** Either kind. */
export type Workload = Timed | Measured;

/** How long rounds should be. */
export interface Pace {
  readonly quick: boolean;
  readonly warmUpMs: number;
  readonly roundMs: number;
}

/** A workload that has been warmed up and whose rounds have a size. */
export interface Prepared {
  /** Operations in a round; 1 for a measured job. */
  readonly operations: number;
  round(): Promise<number>;
}

/** Milliseconds of each kind of time. */
export type Clocks = Readonly<Record<'cpu' | 'process' | 'wall', () => number>>;

const inMs = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;

const CLOCKS: Clocks = {
  /** Node before 22.19 and 23.9 knows the whole process's time only, its compiler's and collector's threads included. */
  cpu: () => inMs(process.threadCpuUsage?.() ?? process.cpuUsage()),
  process: () => inMs(process.cpuUsage()),
  wall: () => performance.now(),
};

/**
 * Warms a workload up and finds how many operations fill a round.
 *
 * Garbage is not collected between rounds: a forced collection throws compiled code away with the shapes it was made
 * for, and the next round would measure the compiler. Each row's garbage stays in its own process.
 */
export async function prepare(
  workload: Workload,
  { quick, warmUpMs, roundMs }: Pace,
  clocks: Clocks = CLOCKS,
): Promise<Prepared> {
  if (!('run' in workload)) return { operations: 1, round: async () => workload.measure(quick) };
  const { portion, warmUps = 1, most = Number.POSITIVE_INFINITY } = workload;
  const now = clocks[workload.clock ?? 'cpu'];
  const elapsedMs = async (operations: number): Promise<number> => {
    const startMs = now();
    await workload.run(operations);
    return now() - startMs;
  };
  let operations = portion;
  let lastMs = 0;
  for (let spentMs = 0; spentMs < warmUps * warmUpMs; spentMs += lastMs) {
    if (spentMs > 0 && lastMs < roundMs / 2 && operations * 2 <= most) operations *= 2;
    lastMs = Math.max(0.001, await elapsedMs(operations));
  }
  const portions = Math.max(1, Math.round((operations / portion) * (roundMs / lastMs)));
  const size = Math.max(portion, Math.min(portions * portion, Math.floor(most / portion) * portion));
  return { operations: size, round: async () => (1e6 * (await elapsedMs(size))) / size };
}
