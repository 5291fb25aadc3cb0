/** What p-queue does of the five jobs: functions that run at most so many at a time. */
import PQueue from 'p-queue';
import type { Workload } from '../../harness/workload.ts';
import { CONTENDERS, GATHERED, PERMITS, SPAWNS } from './portions.ts';

const one = async (): Promise<number> => 1;

async function contend(): Promise<void> {
  await Promise.resolve();
}

export const workloads: Readonly<Record<string, Workload>> = {
  spawn: {
    portion: SPAWNS,
    run: async (operations) => {
      const queue = new PQueue();
      for (let done = 0; done < operations; done++) await queue.add(one);
    },
  },
  gather: {
    portion: GATHERED,
    run: async (operations) => {
      for (let done = 0; done < operations; done += GATHERED) {
        const queue = new PQueue();
        await Promise.all(Array.from({ length: GATHERED }, () => queue.add(one)));
      }
    },
  },
  semaphore: {
    portion: CONTENDERS,
    run: async (operations) => {
      for (let done = 0; done < operations; done += CONTENDERS) {
        const queue = new PQueue({ concurrency: PERMITS });
        await Promise.all(Array.from({ length: CONTENDERS }, () => queue.add(contend)));
      }
    },
  },
};
