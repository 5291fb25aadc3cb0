/** The five jobs in bare async functions: the floor. Nothing is cancellable, and no I/O is served in between. */
import type { Workload } from '../../harness/workload.ts';
import { promiseJobs } from './promise-jobs.ts';
import { plainWait } from './waiting.ts';

export const workloads: Readonly<Record<string, Workload>> = promiseJobs({
  start: (body) => body(),
  wait: plainWait,
  turn: () => Promise.resolve(),
});
