/** The five jobs in our generators. */
import { type Coroutine, checkpoint, createTask, gather, Queue, run, Semaphore } from '@oxbow/loop';
import type { Workload } from '../../harness/workload.ts';
import { CONTENDERS, GATHERED, ITEMS, PERMITS, PLACES, SPAWNS } from './portions.ts';

// biome-ignore lint/correctness/useYield: a task that ends at its first step
function* one(): Coroutine<number> {
  return 1;
}

const producerOf = (queue: Queue<number>) =>
  function* (): Coroutine<void> {
    for (let i = 0; i < ITEMS; i++) yield* queue.put(i);
  };

const consumerOf = (queue: Queue<number>) =>
  function* (): Coroutine<void> {
    for (let i = 0; i < ITEMS; i++) yield* queue.get();
  };

const contenderOf = (semaphore: Semaphore) =>
  function* (): Coroutine<void> {
    yield* semaphore.acquire();
    yield* checkpoint();
    semaphore.release();
  };

const through = (makeQueue: () => Queue<number>): Workload => ({
  portion: ITEMS,
  run: (operations) =>
    run(function* () {
      for (let done = 0; done < operations; done += ITEMS) {
        const queue = makeQueue();
        yield* gather([createTask(producerOf(queue)), createTask(consumerOf(queue))]);
      }
    }),
});

export const workloads: Readonly<Record<string, Workload>> = {
  spawn: {
    portion: SPAWNS,
    run: (operations) =>
      run(function* () {
        for (let done = 0; done < operations; done++) yield* createTask(one);
      }),
  },
  gather: {
    portion: GATHERED,
    run: (operations) =>
      run(function* () {
        for (let done = 0; done < operations; done += GATHERED) {
          yield* gather(Array.from({ length: GATHERED }, () => createTask(one)));
        }
      }),
  },
  queue: through(() => new Queue()),
  'bounded-queue': through(() => new Queue({ maxSize: PLACES })),
  semaphore: {
    portion: CONTENDERS,
    run: (operations) =>
      run(function* () {
        for (let done = 0; done < operations; done += CONTENDERS) {
          const semaphore = new Semaphore(PERMITS);
          const contender = contenderOf(semaphore);
          yield* gather(Array.from({ length: CONTENDERS }, () => createTask(contender)));
        }
      }),
  },
};
