// A thousand tasks that share ten permits, each taking one a hundred times.
import { checkpoint, createTask, gather, run, Semaphore } from '@oxbow/loop';
import { measure } from './measure.ts';

const CONTENDERS = 1000;
const TIMES = 100;
const PERMITS = 10;

await measure(`semaphore of ${PERMITS}, ${CONTENDERS} contenders, per acquire`, [
  {
    name: 'generator',
    operations: CONTENDERS * TIMES,
    run: () =>
      run(function* () {
        const semaphore = new Semaphore(PERMITS);
        const contender = function* () {
          for (let count = 0; count < TIMES; count++) {
            yield* semaphore.acquire();
            yield* checkpoint();
            semaphore.release();
          }
        };
        yield* gather(Array.from({ length: CONTENDERS }, () => createTask(contender)));
      }),
  },
  {
    name: 'async function',
    operations: CONTENDERS * TIMES,
    run: () =>
      run(async () => {
        const semaphore = new Semaphore(PERMITS);
        const contender = async (): Promise<void> => {
          for (let count = 0; count < TIMES; count++) {
            await semaphore.acquire();
            await checkpoint();
            semaphore.release();
          }
        };
        await gather(Array.from({ length: CONTENDERS }, () => createTask(contender)));
      }),
  },
]);
