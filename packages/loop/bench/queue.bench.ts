// Items through a queue, from one task to another: unbounded, and holding ten.
import { createTask, gather, Queue, run } from '@oxbow/loop';
import { measure } from './measure.ts';

const ITEMS = 100_000;

for (const maxSize of [Number.POSITIVE_INFINITY, 10]) {
  await measure(maxSize === 10 ? 'queue of 10, per item' : 'queue, per item', [
    {
      name: 'generator',
      operations: ITEMS,
      run: () =>
        run(function* () {
          const queue = new Queue<number>({ maxSize });
          yield* gather(
            createTask(function* () {
              for (let item = 0; item < ITEMS; item++) yield* queue.put(item);
            }),
            createTask(function* () {
              for (let item = 0; item < ITEMS; item++) yield* queue.get();
            }),
          );
        }),
    },
    {
      name: 'async function',
      operations: ITEMS,
      run: () =>
        run(async () => {
          const queue = new Queue<number>({ maxSize });
          await gather(
            createTask(async () => {
              for (let item = 0; item < ITEMS; item++) await queue.put(item);
            }),
            createTask(async () => {
              for (let item = 0; item < ITEMS; item++) await queue.get();
            }),
          );
        }),
    },
  ]);
}
