// covers: src/task/current.ts, src/task/unobserved.ts, src/task/operation.ts, src/task/continuation.ts

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { assert, suite } from '@oxbow/testkit';
import {
  type Coroutine,
  checkpoint,
  createTask,
  currentLoop,
  currentTask,
  Future,
  gather,
  Queue,
  run,
  sleep,
  until,
} from '../../src/index.ts';
import { createOp } from '../../src/lowlevel.ts';
import { eachForm, inBothForms, nameOf, virtually, virtuallyGenerated } from '../forms.ts';

const test = suite('Op');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

const code = (error: unknown): string => (error as { code: string }).code;

inEachForm(
  'starts when first waited for, once; later waits give the same result',
  [0, 1, 'result 1', 'result 1', 1],
  function* () {
    let starts = 0;
    const op = createOp<string>((settle) => {
      settle.resolve(`result ${++starts}`);
    });
    yield* sleep(1);
    const before = starts;
    const first = yield* op;
    return [before, starts, first, yield* op, starts];
  },
);

inBothForms(
  test,
  'waited for by two, one of them cancelled, it goes on for the other',
  ['value', true, 0],
  async () => {
    let undone = 0;
    const op = createOp<string>((settle) => {
      const timer = currentLoop().callLater(10, () => settle.resolve('value'));
      return () => {
        undone++;
        timer.cancel();
      };
    });
    const stays = createTask(async () => op);
    const leaves = createTask(async () => op);
    await sleep(1);
    leaves.cancel();
    return [await stays, leaves.cancelled, undone];
  },
  function* () {
    let undone = 0;
    const op = createOp<string>((settle) => {
      const timer = currentLoop().callLater(10, () => settle.resolve('value'));
      return () => {
        undone++;
        timer.cancel();
      };
    });
    const reader = function* () {
      return yield* op;
    };
    const stays = createTask(reader);
    const leaves = createTask(reader);
    yield* sleep(1);
    leaves.cancel();
    return [yield* stays, leaves.cancelled, undone];
  },
);

inBothForms(
  test,
  'a settled Op, and a get from a queue that has items, never touch the loop',
  ['no other turn between'],
  async () => {
    const log: string[] = [];
    const queue = new Queue<number>();
    for (let item = 0; item < 3; item++) queue.putNoWait(item);
    await createTask(function* () {
      currentLoop().callSoon(() => log.push('other turn'));
      for (let item = 0; item < 3; item++) yield* queue.get();
      log.push('no other turn between');
    });
    return log.slice(0, 1);
  },
  function* () {
    const log: string[] = [];
    const queue = new Queue<number>();
    for (let item = 0; item < 3; item++) queue.putNoWait(item);
    currentLoop().callSoon(() => log.push('other turn'));
    for (let item = 0; item < 3; item++) yield* queue.get();
    log.push('no other turn between');
    return log.slice(0, 1);
  },
);

test('looping over an Op throws, and says what to write', async () => {
  assert.throws(() => [...(sleep(1) as never as Iterable<void>)], /cannot be looped over/);
  await virtuallyGenerated(function* () {
    let error: unknown;
    try {
      for (const _ of sleep(1) as never as Iterable<void>) {
      }
    } catch (thrown) {
      error = thrown;
    }
    assert.is(code(error), 'ERR_OXBOW_LOOP_STRAY_ITERATION');
    yield* sleep(1);
  });
});

test('destructuring an Op inside a generator throws too', async () => {
  await virtuallyGenerated(function* () {
    let error: unknown;
    try {
      const [_] = sleep(1) as never as Iterable<void>;
    } catch (thrown) {
      error = thrown;
    }
    assert.is(code(error), 'ERR_OXBOW_LOOP_STRAY_ITERATION');
    yield* sleep(1);
  });
});

test('a start function that throws fails the wait', async () => {
  await virtually(async () => {
    const op = createOp<void>(() => {
      throw new RangeError('start');
    });
    assert.is(await op.then(() => '', nameOf), 'RangeError');
  });
});

test('then() inside a task counts as awaiting: cancelling the task ends the wait', async () => {
  await virtually(async () => {
    const future = new Future<void>();
    let release = (): void => {};
    const task = createTask(async () => {
      void future.then(undefined, () => {});
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    });
    await sleep(1);
    task.cancel();
    assert.ok(future.cancelled);
    release();
    await sleep(1);
  });
});

test('an Op made in one task and awaited in another belongs to the one that awaits', async () => {
  await virtually(async () => {
    const op = sleep(1000);
    const other = createTask(async () => {
      await op;
    });
    await sleep(1);
    currentTask()!.cancel();
    await sleep(0).then(undefined, () => {});
    assert.not(other.done);
    currentTask()!.uncancel();
    other.cancel();
    await sleep(1);
    assert.ok(other.cancelled);
  });
});

test('until leaves a foreign promise alone and takes its outcome', async () => {
  await virtually(async () => {
    let settled = false;
    const foreign = new Promise<string>((resolve) => {
      setImmediate(() => {
        settled = true;
        resolve('foreign');
      });
    });
    const task = createTask(async () => until(foreign));
    await checkpoint();
    task.cancel();
    await checkpoint();
    await checkpoint();
    assert.ok(task.cancelled);
    assert.not(settled);
    assert.is(await until(foreign), 'foreign');
    assert.is(await until(Promise.reject(new RangeError('x'))).then(() => '', nameOf), 'RangeError');
    assert.throws(() => until(5 as never), /until\(\) takes an Op, a Task, a promise or a generator, got 5/);
  });
});

test('a failure nobody looks at is reported once when its loop ends; a cancelled task is not', async () => {
  const reports: string[] = [];
  await run(async () => {
    currentLoop().onUnhandled = ({ error, name }) => reports.push(`${name}: ${String(error)}`);
    createTask(
      async () => {
        throw new Error('nobody looks');
      },
      { name: 'failing' },
    );
    createTask(async () => sleep(1000), { name: 'cancelled' }).cancel();
    const looked = createTask(async () => {
      throw new Error('looked at');
    });
    void createTask(async () => {
      throw new Error('in a then chain');
    }).then(() => 'never');
    await sleep(1);
    looked.exception();
  });
  assert.equal(reports.sort(), ['Reaction: Error: in a then chain', 'failing: Error: nobody looks']);
});

test('a failure is reported, once, when what failed is collected', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const reports: string[] = [];
  await run(async () => {
    currentLoop().onUnhandled = ({ error }) => reports.push(String(error));
    createTask(async () => {
      throw new Error('forgotten');
    });
    for (let round = 0; round < 100 && reports.length === 0; round++) {
      // The loop keeps the async context of the task it started last.
      await createTask(async () => sleep(1));
      collect();
    }
    assert.equal(reports, ['Error: forgotten']);
  });
  assert.is(reports.length, 1);
});

test('a failure looked at late is not reported', async () => {
  const reports: unknown[] = [];
  await run(async () => {
    currentLoop().onUnhandled = (failure) => reports.push(failure);
    const task = createTask(async () => {
      throw new Error('later');
    });
    await sleep(5);
    assert.is(await task.then(() => '', nameOf), 'Error');
  });
  assert.equal(reports, []);
});

test('generator tasks and async tasks take turns', async () => {
  await virtually(async () => {
    const log: string[] = [];
    const generated = createTask(function* (): Coroutine<void> {
      for (let step = 0; step < 3; step++) {
        log.push(`g${step}`);
        yield* checkpoint();
      }
    });
    const asynchronous = createTask(async () => {
      for (let step = 0; step < 3; step++) {
        log.push(`a${step}`);
        await checkpoint();
      }
    });
    await gather(generated, asynchronous);
    for (let step = 1; step < 3; step++) {
      const lag = Math.abs(log.indexOf(`g${step}`) - log.indexOf(`a${step}`));
      assert.ok(lag <= 2, `step ${step}: ${log.join(' ')}`);
    }
  });
});

test('catch and finally are those of a promise: value and error pass, and what finally returns is waited for', async () => {
  await virtually(async () => {
    const log: string[] = [];
    const failing = (): Promise<number> =>
      createTask(async (): Promise<number> => {
        throw new RangeError('no');
      });
    assert.is(await failing().catch((error) => nameOf(error)), 'RangeError');
    assert.is(await createTask(async () => 1).catch(() => 2), 1);
    const kept = await createTask(async () => 'value').finally(() => sleep(5).then(() => log.push('waited')));
    log.push(kept);
    assert.is(
      await failing()
        .finally(() => {
          log.push('after failing');
        })
        .then(() => 'passed', nameOf),
      'RangeError',
    );
    assert.is(
      await createTask(async () => 1)
        .finally(() => Promise.reject(new TypeError('of finally')))
        .then(() => 'passed', nameOf),
      'TypeError',
    );
    assert.is(await sleep(1).finally(), undefined);
    assert.equal(log, ['waited', 'value', 'after failing']);
  });
});

test('catch and finally start a lazy Op; cancelling the task that waits for them ends it', async () => {
  await virtually(async () => {
    const events: string[] = [];
    const op = (name: string) =>
      createOp<void>(() => {
        events.push(`${name} begins`);
        return () => void events.push(`${name} undone`);
      });
    const first = createTask(async () => void (await op('a').finally(() => {})));
    const second = createTask(async () => void (await Promise.all([op('b')])));
    await sleep(1);
    first.cancel();
    second.cancel();
    assert.is(await first.then(() => '', nameOf), 'CancelledError');
    assert.is(await second.then(() => '', nameOf), 'CancelledError');
    assert.equal(events, ['a begins', 'b begins', 'a undone', 'b undone']);
  });
});

test('is no instance of Promise, and says so', async () => {
  await virtually(async () => {
    const op = sleep(1);
    assert.not(op instanceof Promise);
    assert.is(String(op), '[object Op]');
    const promise = Promise.resolve(op);
    assert.not.equal(promise as unknown, op);
    assert.is(await promise, undefined);
  });
});

test('a failure that a dropped then passes on is reported once; one that nobody waits for never happens', async () => {
  const reports: unknown[] = [];
  await run(async () => {
    currentLoop().onUnhandled = (failure) => reports.push(nameOf(failure.error));
    const failing = () =>
      createOp((settle) => {
        settle.reject(new RangeError('no'));
      });
    void failing();
    void failing().then(() => {});
  });
  assert.equal(reports, ['RangeError']);
});

test.run();
