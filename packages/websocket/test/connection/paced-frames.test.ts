import { createTask, run } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { PacedFrames } from '../../src/connection/paced-frames.ts';

const test = suite('paced frames');

test('go out in order, until one does not fit', async () => {
  const paced = new PacedFrames();
  const done: number[] = [];
  for (const size of [1, 2, 3]) void paced.wait(new Uint8Array(size)).then(() => done.push(size));
  paced.release(({ length }) => length < 3);
  await Promise.resolve();
  assert.equal([done, paced.size], [[1, 2], 1]);
  paced.release(() => true);
  await Promise.resolve();
  assert.equal([done, paced.size], [[1, 2, 3], 0]);
});

test('a cancelled task takes its frame back', async () => {
  const paced = new PacedFrames();
  await run(async () => {
    const task = createTask(async () => paced.wait(new Uint8Array(1)));
    await new Promise((resolve) => setImmediate(resolve));
    assert.is(paced.size, 1);
    task.cancel();
    await new Promise((resolve) => setImmediate(resolve));
    assert.is(task.cancelled, true);
  });
  assert.is(paced.size, 0);
});

test('all waits end with the error of the connection', async () => {
  const paced = new PacedFrames();
  const wait = paced.wait(new Uint8Array(1));
  const gone = new Error('gone');
  paced.rejectAll(gone);
  assert.is(await wait.catch((error: unknown) => error), gone);
});

test.run();
