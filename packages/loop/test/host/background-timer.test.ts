import { assert, suite } from '@oxbow/testkit';
import { afterDelay, everyInBackground } from '../../src/host/background-timer.ts';
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

test('one that calls back once does so unless it is taken back', async () => {
  const calls: string[] = [];
  afterDelay(1, () => calls.push('taken back'))();
  await new Promise<void>((resolve) => {
    const alive = setInterval(() => {}, 1);
    afterDelay(2, () => {
      clearInterval(alive);
      resolve();
    });
  });
  assert.equal(calls, []);
});

test.run();
