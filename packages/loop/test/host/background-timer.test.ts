import { assert, suite } from '@oxbow/testkit';
import { everyInBackground } from '../../src/host/background-timer.ts';
import { createTask, currentTask } from '../../src/index.ts';

const test = suite('a timer in the background');

test('calls back again and again, on behalf of no task, until it is stopped', async () => {
  const callers: unknown[] = [];
  await createTask(
    () =>
      new Promise<void>((resolve) => {
        const stop = everyInBackground(1, () => {
          callers.push(currentTask());
          if (callers.length < 3) return;
          stop();
          resolve();
        });
        // What keeps this process alive meanwhile: the timer does not.
        const alive = setInterval(() => {
          if (callers.length >= 3) clearInterval(alive);
        }, 1);
      }),
  );
  assert.equal(callers, [undefined, undefined, undefined]);
});

test.run();
