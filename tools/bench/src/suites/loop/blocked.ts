/** What something that waits takes of the heap: 100,000 of each, all waiting for one event. */
import { type Coroutine, createTask, Event, run, sleep } from '@oxbow/loop';
import type { Workload } from '../../harness/workload.ts';

const BLOCKED = 100_000;

const heapBytes = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

const inTasks = (bodyOf: (event: Event, began: () => void) => () => unknown): Workload => ({
  measure: () =>
    run(async () => {
      const event = new Event();
      let begun = 0;
      const body = bodyOf(event, () => {
        begun++;
      });
      const before = heapBytes();
      for (let i = 0; i < BLOCKED; i++) createTask(body);
      while (begun < BLOCKED) await sleep(1);
      const bytes = (heapBytes() - before) / BLOCKED;
      event.set();
      return bytes;
    }),
});

export const workloads: Readonly<Record<string, Workload>> = {
  generator: inTasks((event, began) => {
    return function* (): Coroutine<void> {
      began();
      yield* event.wait();
    };
  }),
  async: inTasks((event, began) => async () => {
    began();
    await event.wait();
  }),
  native: {
    measure: async () => {
      const wakes: (() => void)[] = [];
      const wait = async (): Promise<void> => {
        await new Promise<void>((resolve) => wakes.push(resolve));
      };
      const before = heapBytes();
      const waiting = Array.from({ length: BLOCKED }, wait);
      const bytes = (heapBytes() - before) / BLOCKED;
      for (const wake of wakes) wake();
      await Promise.all(waiting);
      return bytes;
    },
  },
};
