import { assert, suite } from '@oxbow/testkit';
import { type Coroutine, createTask, currentLoop, gather, sleep, type Task } from '../../src/index.ts';
import { inBothForms, nameOf, virtually } from '../forms.ts';

const test = suite('gather');

inBothForms(
  test,
  'gives results in order, of Ops, tasks, promises, thenables and generators, as a list or spread',
  [[undefined, 'task', 'promise', 'generator'], [1, 2], []],
  async () => {
    const all = await gather([
      sleep(5),
      createTask(async () => 'task'),
      Promise.resolve('promise'),
      (function* () {
        yield* sleep(1);
        return 'generator';
      })(),
    ]);
    return [all, await gather(Promise.resolve(1), Promise.resolve(2)), await gather([])];
  },
  function* () {
    const all = yield* gather([
      sleep(5),
      createTask(async () => 'task'),
      Promise.resolve('promise'),
      (function* () {
        yield* sleep(1);
        return 'generator';
      })(),
    ]);
    return [all, yield* gather(Promise.resolve(1), Promise.resolve(2)), yield* gather([])];
  },
);

inBothForms(
  test,
  'throws the first failure at once and leaves the others running',
  ['RangeError', 5, 'other done'],
  async () => {
    const log: unknown[] = [];
    const other = createTask(async () => {
      await sleep(50);
      return 'other done';
    });
    const failing = createTask(async () => {
      await sleep(5);
      throw new RangeError('first');
    });
    await gather(other, failing).then(undefined, (error: unknown) => log.push(nameOf(error)));
    log.push(currentLoop().time());
    return [...log, await other];
  },
  function* () {
    const log: unknown[] = [];
    const other = createTask(function* () {
      yield* sleep(50);
      return 'other done';
    });
    const failing = createTask(function* () {
      yield* sleep(5);
      throw new RangeError('first');
    });
    try {
      yield* gather(other, failing);
    } catch (error) {
      log.push(nameOf(error));
    }
    log.push(currentLoop().time());
    return [...log, yield* other];
  },
);

inBothForms(
  test,
  'with returnExceptions puts errors in their places',
  ['fine', 'RangeError', 'CancelledError'],
  async () => {
    const cancelled = createTask(async () => sleep(1000));
    cancelled.cancel();
    const results = await gather(
      [createTask(async () => 'fine'), Promise.reject(new RangeError('one')), cancelled],
      { returnExceptions: true },
    );
    return results.map((each) => nameOf(each));
  },
  function* () {
    const cancelled = createTask(() => sleep(1000));
    cancelled.cancel();
    const results = yield* gather(
      [createTask(async () => 'fine'), Promise.reject(new RangeError('one')), cancelled],
      { returnExceptions: true },
    );
    return results.map((each) => nameOf(each));
  },
);

inBothForms(
  test,
  'cancelled, with returnExceptions too, it cancels all and ends when they have ended',
  [true, true, true, 6],
  async () => {
    const tasks: Task<unknown>[] = [];
    const gathering = createTask(async () => {
      for (let index = 0; index < 2; index++) {
        tasks.push(
          createTask(async () => {
            try {
              await sleep(1000);
            } finally {
              await sleep(5);
            }
          }),
        );
      }
      await gather(tasks, { returnExceptions: true });
    });
    await sleep(1);
    gathering.cancel();
    await gathering.then(undefined, () => {});
    return [gathering.cancelled, ...tasks.map((task) => task.cancelled), currentLoop().time()];
  },
  function* () {
    const tasks: Task<unknown>[] = [];
    const gathering = createTask(function* () {
      for (let index = 0; index < 2; index++) {
        tasks.push(
          createTask(function* () {
            try {
              yield* sleep(1000);
            } finally {
              yield* sleep(5);
            }
          }),
        );
      }
      yield* gather(tasks, { returnExceptions: true });
    });
    yield* sleep(1);
    gathering.cancel();
    try {
      yield* gathering;
    } catch {}
    return [gathering.cancelled, ...tasks.map((task) => task.cancelled), currentLoop().time()];
  },
);

inBothForms(
  test,
  'a member cancelled by itself is a failure of the gather, not its cancellation',
  ['CancelledError', false],
  async () => {
    const member = createTask(async () => sleep(1000));
    currentLoop().callLater(1, () => member.cancel());
    const name = await gather(member).then(() => '', nameOf);
    return [name, member.cancelling() === 0];
  },
  function* () {
    const member = createTask(() => sleep(1000));
    currentLoop().callLater(1, () => member.cancel());
    try {
      yield* gather(member);
    } catch (error) {
      return [nameOf(error), member.cancelling() === 0];
    }
    return [];
  },
);

test('the same task twice gives its result twice', async () => {
  await virtually(async () => {
    const task = createTask(async () => 1);
    assert.equal(await gather(task, task), [1, 1]);
  });
});

test('a later failure of a member counts as looked at', async () => {
  await virtually(async () => {
    const reports: unknown[] = [];
    currentLoop().onUnhandled = (failure) => reports.push(failure);
    const failing = (ms: number) =>
      createTask(async () => {
        await sleep(ms);
        throw new Error(`after ${ms}`);
      });
    await gather(failing(1), failing(2)).then(undefined, () => {});
    await sleep(5);
    assert.equal(reports, []);
  });
});

test('refuses what cannot be waited for, and options it does not know', async () => {
  await virtually(async () => {
    const error = await gather([42 as never]).then(() => '', String);
    assert.match(error, /gather\(\) takes an Op, a Task, a promise or a generator, got 42/);
    assert.throws(() => gather([], { returnExeptions: true } as never), /did you mean "returnExceptions"/);
  });
});

test('the same generator twice runs once, and gives its result twice', async () => {
  await virtually(async () => {
    function* answer(value: string): Coroutine<string> {
      yield* sleep(1);
      return value;
    }
    const once = answer('once');
    assert.equal(await gather([once, once, answer('other'), once]), ['once', 'once', 'other', 'once']);
  });
});

test.run();
