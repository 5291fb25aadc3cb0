// Starting a task and waiting for it: one by one, and a thousand at a time.
import { type Coroutine, createTask, gather, run } from '@oxbow/loop';
import { measure } from './measure.ts';

const TASKS = 100_000;
const AT_ONCE = 1000;

const asynchronous = async (): Promise<number> => 1;
// biome-ignore lint/correctness/useYield: the shortest coroutine there is
const generated = function* (): Coroutine<number> {
  return 1;
};

await measure('spawn and join, one by one', [
  {
    name: 'generator',
    operations: TASKS,
    run: () =>
      run(function* () {
        for (let count = 0; count < TASKS; count++) yield* createTask(generated);
      }),
  },
  {
    name: 'async function',
    operations: TASKS,
    run: () =>
      run(async () => {
        for (let count = 0; count < TASKS; count++) await createTask(asynchronous);
      }),
  },
  {
    name: 'native promise (no task)',
    operations: TASKS,
    run: async () => {
      for (let count = 0; count < TASKS; count++) await asynchronous();
    },
  },
]);

await measure(`spawn and gather, ${AT_ONCE} at a time`, [
  {
    name: 'generator',
    operations: TASKS,
    run: () =>
      run(function* () {
        for (let count = 0; count < TASKS; count += AT_ONCE) {
          yield* gather(Array.from({ length: AT_ONCE }, () => createTask(generated)));
        }
      }),
  },
  {
    name: 'async function',
    operations: TASKS,
    run: () =>
      run(async () => {
        for (let count = 0; count < TASKS; count += AT_ONCE) {
          await gather(Array.from({ length: AT_ONCE }, () => createTask(asynchronous)));
        }
      }),
  },
  {
    name: 'native promise (no task)',
    operations: TASKS,
    run: async () => {
      for (let count = 0; count < TASKS; count += AT_ONCE) {
        await Promise.all(Array.from({ length: AT_ONCE }, () => asynchronous()));
      }
    },
  },
]);
