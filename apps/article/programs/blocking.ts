// Work for the processor freezes the loop: a clock that should tick every 10 ms stands still. In a thread or a process it does not.
import { createTask, sleep } from '@oxbow/loop';
import { ProcessPool, ThreadPool } from '@oxbow/threads';
import { fibonacci } from './fibonacci.ts';

const TICK_MS = 10;
const N = 38;

/** The worst delay of a tick while `work` runs. */
async function lagDuring(work: () => unknown): Promise<number> {
  let worst = 0;
  const clock = createTask(async () => {
    for (;;) {
      const due = performance.now() + TICK_MS;
      await sleep(TICK_MS);
      worst = Math.max(worst, performance.now() - due);
    }
  });
  await sleep(2 * TICK_MS);
  await work();
  await sleep(2 * TICK_MS);
  clock.cancel();
  return Math.round(worst);
}

export async function main(): Promise<void> {
  const threads = new ThreadPool({ size: 1 });
  const processes = new ProcessPool({ size: 1 });
  const source = () => import('./fibonacci.ts');
  try {
    await threads.run(source, 'fibonacci', 1); // both are running before anything is measured
    await processes.run(source, 'fibonacci', 1);
    console.log(`on the loop:  a tick came ${await lagDuring(() => fibonacci(N))} ms late`);
    console.log(
      `in a thread:  a tick came ${await lagDuring(() => threads.run(source, 'fibonacci', N))} ms late`,
    );
    console.log(
      `in a process: a tick came ${await lagDuring(() => processes.run(source, 'fibonacci', N))} ms late`,
    );
  } finally {
    await Promise.all([threads.close(), processes.close()]);
  }
}
