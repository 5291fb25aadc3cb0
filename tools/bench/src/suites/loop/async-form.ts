/** The five jobs in our async functions: the same primitives and features as in generators. */
import { checkpoint, createTask, gather, Queue, run, Semaphore } from '@oxbow/loop';
import type { Workload } from '../../harness/workload.ts';
import { CONTENDERS, GATHERED, ITEMS, PERMITS, PLACES, SPAWNS } from './portions.ts';

async function one(): Promise<number> {
  return 1;
}

async function produce(queue: Queue<number>): Promise<void> {
  for (let i = 0; i < ITEMS; i++) await queue.put(i);
}

async function consume(queue: Queue<number>): Promise<void> {
  for (let i = 0; i < ITEMS; i++) await queue.get();
}

async function contend(semaphore: Semaphore): Promise<void> {
  await semaphore.acquire();
  await checkpoint();
  semaphore.release();
}

const through = (makeQueue: () => Queue<number>): Workload => ({
  portion: ITEMS,
  run: (operations) =>
    run(async () => {
      for (let done = 0; done < operations; done += ITEMS) {
        const queue = makeQueue();
        await gather([createTask(() => produce(queue)), createTask(() => consume(queue))]);
      }
    }),
});

export const workloads: Readonly<Record<string, Workload>> = {
  spawn: {
    portion: SPAWNS,
    run: (operations) =>
      run(async () => {
        for (let done = 0; done < operations; done++) await createTask(one);
      }),
  },
  gather: {
    portion: GATHERED,
    run: (operations) =>
      run(async () => {
        for (let done = 0; done < operations; done += GATHERED) {
          await gather(Array.from({ length: GATHERED }, () => createTask(one)));
        }
      }),
  },
  queue: through(() => new Queue()),
  'bounded-queue': through(() => new Queue({ maxSize: PLACES })),
  semaphore: {
    portion: CONTENDERS,
    run: (operations) =>
      run(async () => {
        for (let done = 0; done < operations; done += CONTENDERS) {
          const semaphore = new Semaphore(PERMITS);
          await gather(Array.from({ length: CONTENDERS }, () => createTask(() => contend(semaphore))));
        }
      }),
  },
};
