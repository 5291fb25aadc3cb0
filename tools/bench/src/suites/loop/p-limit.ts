/** What p-limit does of the five jobs: functions that run at most so many at a time. */
import pLimit from 'p-limit';
import type { Workload } from '../../harness/workload.ts';
import { CONTENDERS, PERMITS } from './portions.ts';

async function contend(): Promise<void> {
  await Promise.resolve();
}

export const workloads: Readonly<Record<string, Workload>> = {
  semaphore: {
    portion: CONTENDERS,
    run: async (operations) => {
      for (let done = 0; done < operations; done += CONTENDERS) {
        const limit = pLimit(PERMITS);
        await Promise.all(Array.from({ length: CONTENDERS }, () => limit(contend)));
      }
    },
  },
};
