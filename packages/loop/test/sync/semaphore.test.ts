import { assert, suite } from '@oxbow/testkit';
import { BoundedSemaphore, checkpoint, createTask, gather, Semaphore, sleep } from '../../src/index.ts';
import { eachForm, virtually } from '../forms.ts';

const test = suite('Semaphore');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

inEachForm('lets at most that many in', [3, 3], function* () {
  const semaphore = new Semaphore(3);
  let inside = 0;
  let most = 0;
  const user = function* () {
    yield* semaphore.acquire();
    most = Math.max(most, ++inside);
    yield* sleep(1);
    inside--;
    semaphore.release();
  };
  yield* gather(Array.from({ length: 20 }, () => createTask(user)));
  return [most, semaphore.value];
});

inEachForm('a permit released to a waiter that is cancelled at once is not lost', ['next'], function* () {
  const semaphore = new Semaphore(1);
  const log: string[] = [];
  yield* semaphore.acquire();
  const first = createTask(function* () {
    yield* semaphore.acquire();
    try {
      yield* sleep(1);
      log.push('first');
    } finally {
      semaphore.release();
    }
  });
  createTask(function* () {
    yield* semaphore.acquire();
    log.push('next');
  });
  yield* checkpoint();
  semaphore.release();
  first.cancel();
  yield* sleep(1);
  return log;
});

test('counts, and says when it is locked', async () => {
  await virtually(async () => {
    const semaphore = new Semaphore(2);
    const permit = await semaphore.acquire();
    assert.is(semaphore.value, 1);
    assert.ok(semaphore.tryAcquire());
    assert.ok(semaphore.locked);
    assert.not(semaphore.tryAcquire());
    permit[Symbol.dispose]();
    semaphore.release();
    semaphore.release();
    assert.is(semaphore.value, 3);
    assert.is(await semaphore.run(async () => semaphore.value), 2);
  });
});

test('a bounded one refuses to be released too often', async () => {
  const semaphore = new BoundedSemaphore(1);
  assert.throws(() => semaphore.release(), /BoundedSemaphore released too often: all 1 permits/);
  await semaphore.acquire();
  semaphore.release();
  assert.is(semaphore.value, 1);
});

test('starts with an integer of 0 or more', () => {
  assert.is(new Semaphore(0).locked, true);
  assert.throws(() => new Semaphore(-1), /Semaphore takes an integer of 0 or more, got -1/);
  assert.throws(() => new BoundedSemaphore(1.5), /BoundedSemaphore takes an integer of 0 or more, got 1.5/);
});

test.run();
