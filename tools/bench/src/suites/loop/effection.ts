/** The five jobs in Effection; it has no semaphore and no bounded queue, so those rows are left out. */
import { all, createQueue, type Operation, run, spawn } from 'effection';
import type { Workload } from '../../harness/workload.ts';
import { GATHERED, ITEMS, SPAWNS } from './portions.ts';

// biome-ignore lint/correctness/useYield: a task that ends at its first step
function* one(): Operation<number> {
  return 1;
}

export const workloads: Readonly<Record<string, Workload>> = {
  spawn: {
    portion: SPAWNS,
    run: (operations) =>
      run(function* () {
        for (let done = 0; done < operations; done++) yield* yield* spawn(one);
      }),
  },
  gather: {
    portion: GATHERED,
    run: (operations) =>
      run(function* () {
        for (let done = 0; done < operations; done += GATHERED) {
          const tasks: Operation<number>[] = [];
          for (let i = 0; i < GATHERED; i++) tasks.push(yield* spawn(one));
          yield* all(tasks);
        }
      }),
  },
  queue: {
    portion: ITEMS,
    run: (operations) =>
      run(function* () {
        for (let done = 0; done < operations; done += ITEMS) {
          const queue = createQueue<number, void>();
          const consumer = yield* spawn(function* () {
            for (let i = 0; i < ITEMS; i++) yield* queue.next();
          });
          // biome-ignore lint/correctness/useYield: add() is no operation
          const producer = yield* spawn(function* () {
            for (let i = 0; i < ITEMS; i++) queue.add(i);
          });
          yield* producer;
          yield* consumer;
        }
      }),
  },
};
