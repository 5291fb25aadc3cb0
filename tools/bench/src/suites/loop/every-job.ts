/** The five jobs in both forms, one after the other: a loop that does everything it can. */
import type { Workload } from '../../harness/workload.ts';
import { workloads as asynchronous } from './async-form.ts';
import { workloads as generated } from './generator-form.ts';
import { ITEMS } from './portions.ts';

const JOBS = [...Object.values(generated), ...Object.values(asynchronous)];

export const workloads: Readonly<Record<string, Workload>> = {
  'every-job': {
    portion: JOBS.length * ITEMS,
    run: async (operations) => {
      for (const job of JOBS) if ('run' in job) await job.run(operations / JOBS.length);
    },
  },
};
