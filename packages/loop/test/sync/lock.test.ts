// covers: src/sync/hold.ts, src/sync/parking-lot.ts

import { assert, suite } from '@oxbow/testkit';
import { checkpoint, createTask, gather, Lock, sleep } from '../../src/index.ts';
import { eachForm, inBothForms, nameOf, virtually } from '../forms.ts';

const test = suite('Lock');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

inEachForm(
  'lets one in at a time, in the order of asking, and nobody barges in',
  ['a in', 'a out', 'b in', 'b out', 'c in', 'c out'],
  function* () {
    const log: string[] = [];
    const lock = new Lock();
    const user = function* (name: string) {
      yield* lock.acquire();
      log.push(`${name} in`);
      yield* sleep(1);
      log.push(`${name} out`);
      lock.release();
      // Released to b, who has not run yet: asking again at once must not overtake anybody.
      if (name === 'a') assert.not(lock.tryAcquire());
    };
    yield* gather(['a', 'b', 'c'].map((name) => createTask(() => user(name))));
    return log;
  },
);

inBothForms(
  test,
  'a cancelled waiter is skipped and removed',
  ['c', false],
  async () => {
    const lock = new Lock();
    await lock.acquire();
    const b = createTask(async () => lock.acquire());
    const c = createTask(async () => {
      await lock.acquire();
      lock.release();
      return 'c';
    });
    await checkpoint();
    b.cancel();
    lock.release();
    return [await c, lock.locked];
  },
  function* () {
    const lock = new Lock();
    yield* lock.acquire();
    const b = createTask(function* () {
      yield* lock.acquire();
    });
    const c = createTask(function* () {
      yield* lock.acquire();
      lock.release();
      return 'c';
    });
    yield* checkpoint();
    b.cancel();
    lock.release();
    return [yield* c, lock.locked];
  },
);

inEachForm(
  'handed over and then cancelled, the holder has it, and releases it on its way out',
  ['b had it', false],
  function* () {
    const lock = new Lock();
    const log: unknown[] = [];
    yield* lock.acquire();
    const b = createTask(function* () {
      yield* lock.acquire();
      try {
        log.push('b had it');
        yield* sleep(1);
      } finally {
        lock.release();
      }
    });
    yield* checkpoint();
    lock.release();
    b.cancel();
    yield* sleep(1);
    return [...log, lock.locked];
  },
);

inBothForms(
  test,
  'run holds it for a body in either form, and releases it however the body ends',
  ['async', 'generator', 'RangeError', false],
  async () => {
    const lock = new Lock();
    const failed = lock.run(async () => {
      throw new RangeError('x');
    });
    return [
      await lock.run(async () => {
        assert.ok(lock.locked);
        return 'async';
      }),
      await lock.run(function* () {
        yield* sleep(1);
        return 'generator';
      }),
      await failed.then(() => '', nameOf),
      lock.locked,
    ];
  },
  function* () {
    const lock = new Lock();
    const results: unknown[] = [
      yield* lock.run(async () => {
        assert.ok(lock.locked);
        return 'async';
      }),
      yield* lock.run(function* () {
        yield* sleep(1);
        return 'generator';
      }),
    ];
    try {
      // biome-ignore lint/correctness/useYield: it fails before it could wait
      yield* lock.run(function* () {
        throw new RangeError('x');
      });
    } catch (error) {
      results.push(nameOf(error));
    }
    return [...results, lock.locked];
  },
);

inBothForms(
  test,
  'run that is cancelled while it waits for the lock releases nothing',
  [true, true],
  async () => {
    const lock = new Lock();
    await lock.acquire();
    const waiting = createTask(async () => lock.run(async () => {}));
    await sleep(1);
    waiting.cancel();
    await sleep(1);
    return [waiting.cancelled, lock.locked];
  },
  function* () {
    const lock = new Lock();
    yield* lock.acquire();
    const waiting = createTask(function* () {
      yield* lock.run(async () => {});
    });
    yield* sleep(1);
    waiting.cancel();
    yield* sleep(1);
    return [waiting.cancelled, lock.locked];
  },
);

test('acquire gives the lock, which is disposable', async () => {
  await virtually(async () => {
    const lock = new Lock();
    const held = await lock.acquire();
    assert.ok(lock.locked);
    held[Symbol.dispose]();
    assert.not(lock.locked);
  });
});

test('a release without an acquire is refused', () => {
  assert.throws(() => new Lock().release(), /release\(\) of a lock that is not locked/);
});

test('run takes a function', () => {
  assert.throws(() => new Lock().run(5 as never), /Lock.run\(\) takes a function, got 5/);
});

test.run();
