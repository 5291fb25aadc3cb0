/** The five jobs in async functions, for a given way to start one and to wait. */
import type { Workload } from '../../harness/workload.ts';
import { CONTENDERS, GATHERED, ITEMS, PERMITS, PLACES, SPAWNS } from './portions.ts';
import { SmallQueue, SmallSemaphore, type Wait } from './waiting.ts';

/** How async functions are started and how they wait. */
export interface AsyncStyle {
  readonly start: <T>(body: () => Promise<T>) => Promise<T>;
  readonly wait: Wait;
  /** Lets others run once. */
  readonly turn: () => Promise<unknown>;
}

async function one(): Promise<number> {
  return 1;
}

/** The workloads of a style. */
export function promiseJobs({ start, wait, turn }: AsyncStyle): Readonly<Record<string, Workload>> {
  const produce = async (queue: SmallQueue): Promise<void> => {
    for (let i = 0; i < ITEMS; i++) await queue.put(i);
  };
  const consume = async (queue: SmallQueue): Promise<void> => {
    for (let i = 0; i < ITEMS; i++) await queue.get();
  };
  const contend = async (semaphore: SmallSemaphore): Promise<void> => {
    await semaphore.acquire();
    await turn();
    semaphore.release();
  };
  const through = (maxSize: number): Workload => ({
    portion: ITEMS,
    run: async (operations) => {
      for (let done = 0; done < operations; done += ITEMS) {
        const queue = new SmallQueue(maxSize, wait);
        await Promise.all([start(() => produce(queue)), start(() => consume(queue))]);
      }
    },
  });
  return {
    spawn: {
      portion: SPAWNS,
      run: async (operations) => {
        for (let done = 0; done < operations; done++) await start(one);
      },
    },
    gather: {
      portion: GATHERED,
      run: async (operations) => {
        for (let done = 0; done < operations; done += GATHERED) {
          await Promise.all(Array.from({ length: GATHERED }, () => start(one)));
        }
      },
    },
    queue: through(Number.POSITIVE_INFINITY),
    'bounded-queue': through(PLACES),
    semaphore: {
      portion: CONTENDERS,
      run: async (operations) => {
        for (let done = 0; done < operations; done += CONTENDERS) {
          const semaphore = new SmallSemaphore(PERMITS, wait);
          await Promise.all(Array.from({ length: CONTENDERS }, () => start(() => contend(semaphore))));
        }
      },
    },
  };
}
