import { assert, suite } from '@oxbow/testkit';
import { Condition, checkpoint, createTask, Lock, sleep } from '../../src/index.ts';
import { eachForm, inBothForms, nameOf, virtually } from '../forms.ts';

const test = suite('Condition');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

inEachForm(
  'wait gives the lock up, and has it again when notified',
  ['waiting', 'notified under the lock', 'woken with the lock'],
  function* () {
    const condition = new Condition();
    const log: string[] = [];
    const waiter = createTask(function* () {
      yield* condition.run(function* () {
        log.push('waiting');
        yield* condition.wait();
        assert.ok(condition.locked);
        log.push('woken with the lock');
      });
    });
    yield* checkpoint();
    yield* condition.run(function* () {
      condition.notify();
      yield* sleep(1);
      log.push('notified under the lock');
    });
    yield* waiter;
    return log;
  },
);

inEachForm(
  'a cancelled wait has the lock again before it ends',
  ['cancelled with the lock', true, false],
  function* () {
    const condition = new Condition();
    const log: unknown[] = [];
    const waiter = createTask(function* () {
      yield* condition.acquire();
      try {
        yield* condition.wait();
      } finally {
        log.push(condition.locked ? 'cancelled with the lock' : 'cancelled without');
        condition.release();
      }
    });
    yield* checkpoint();
    yield* condition.acquire();
    waiter.cancel();
    yield* sleep(1);
    assert.not(waiter.done);
    condition.release();
    yield* sleep(1);
    return [...log, waiter.cancelled, condition.locked];
  },
);

inEachForm(
  'a notification to a waiter that is then cancelled goes to the next',
  [true, 'second woken'],
  function* () {
    const condition = new Condition();
    const log: unknown[] = [];
    const wait = (name: string) =>
      createTask(function* () {
        yield* condition.run(function* () {
          yield* condition.wait();
          log.push(`${name} woken`);
        });
      });
    const first = wait('first');
    wait('second');
    yield* checkpoint();
    yield* condition.acquire();
    condition.notify(1);
    first.cancel();
    condition.release();
    yield* sleep(1);
    return [first.cancelled, ...log];
  },
);

inBothForms(
  test,
  'waitFor waits as often as it takes',
  [3, 3],
  async () => {
    const condition = new Condition();
    let value = 0;
    const waiter = createTask(async () =>
      condition.run(async () => condition.waitFor(() => value === 3 && value)),
    );
    for (let step = 0; step < 3; step++) {
      await sleep(1);
      await condition.run(async () => {
        value++;
        condition.notifyAll();
      });
    }
    return [await waiter, value];
  },
  function* () {
    const condition = new Condition();
    let value = 0;
    const waiter = createTask(function* () {
      return yield* condition.run(function* () {
        return yield* condition.waitFor(() => value === 3 && value);
      });
    });
    for (let step = 0; step < 3; step++) {
      yield* sleep(1);
      yield* condition.run(function* () {
        value++;
        condition.notifyAll();
        yield* checkpoint();
      });
    }
    return [yield* waiter, value];
  },
);

test('needs its lock', async () => {
  await virtually(async () => {
    const condition = new Condition(new Lock());
    assert.throws(() => condition.notify(), /Condition\.notify\(\) needs the lock/);
    assert.throws(() => condition.notifyAll(), /needs the lock/);
    assert.is(await condition.wait().then(() => '', nameOf), 'UsageError');
    const held = await condition.acquire();
    held[Symbol.dispose]();
  });
});

test.run();
