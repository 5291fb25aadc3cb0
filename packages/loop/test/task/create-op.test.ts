import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assert, suite } from '@oxbow/testkit';
import {
  CancelledError,
  checkpoint,
  createTask,
  currentLoop,
  type Op,
  sleep,
  type Task,
  wait,
} from '../../src/index.ts';
import { bindToTask, createOp, type Repeated, type Settle } from '../../src/lowlevel.ts';
import { inBothForms, nameOf, virtually } from '../forms.ts';

const test = suite('createOp and bindToTask');

inBothForms(
  test,
  'cancelling the waiter undoes the wait, with the reason, and later settling is ignored',
  ['undone: Cancelled: stop', true],
  async () => {
    const log: unknown[] = [];
    const task = createTask(async () =>
      createOp<string>((settle) => {
        currentLoop().callLater(10, () => settle.resolve('too late'));
        return (reason) => log.push(`undone: ${reason.message}`);
      }),
    );
    await sleep(1);
    task.cancel('stop');
    await sleep(20);
    return [...log, task.cancelled];
  },
  function* () {
    const log: unknown[] = [];
    const task = createTask(function* () {
      yield* createOp<string>((settle) => {
        currentLoop().callLater(10, () => settle.resolve('too late'));
        return (reason) => log.push(`undone: ${reason.message}`);
      });
    });
    yield* sleep(1);
    task.cancel('stop');
    yield* sleep(20);
    return [...log, task.cancelled];
  },
);

inBothForms(
  test,
  'an undo that fails is the outcome',
  'RangeError',
  async () => {
    const task = createTask(async () =>
      createOp<void>(() => () => {
        throw new RangeError('undo');
      }),
    );
    await sleep(1);
    task.cancel();
    return task.then(() => '', nameOf);
  },
  function* () {
    const task = createTask(function* () {
      yield* createOp<void>(() => () => {
        throw new RangeError('undo');
      });
    });
    yield* sleep(1);
    task.cancel();
    try {
      yield* task;
    } catch (error) {
      return nameOf(error);
    }
    return '';
  },
);

test('a waiter whose cancellation is due already never starts it', async () => {
  await virtually(async () => {
    let started = 0;
    const start = (): void => void started++;
    const task = createTask(async () => {
      task.cancel();
      await createOp<void>(start);
    });
    const bound = createTask(async () => {
      bound.cancel();
      await bindToTask<void>(start);
    });
    await sleep(1);
    assert.is(started, 0);
    assert.ok(task.cancelled && bound.cancelled);
  });
});

test('bindToTask starts at once and gives a native promise', async () => {
  await virtually(async () => {
    let started = false;
    const promise = bindToTask<string>((settle) => {
      started = true;
      settle.resolve('value');
    });
    assert.ok(started);
    assert.instance(promise, Promise);
    assert.is(await promise, 'value');
  });
});

test('cancelling the task calls the undo and rejects the bound promise, and nobody calls it unhandled', async () => {
  await virtually(async () => {
    const log: string[] = [];
    const task = createTask(async () => {
      void bindToTask<void>(() => () => log.push('left unread'));
      await bindToTask<void>(() => () => log.push('awaited'));
    });
    await sleep(1);
    task.cancel();
    await sleep(1);
    assert.equal(log, ['left unread', 'awaited']);
    assert.ok(task.cancelled);
  });
});

test('an object may stand for the start and the undo of many waits', async () => {
  const log: unknown[] = [];
  const waits = new Set<Settle<string>>();
  const next: Repeated<string> = {
    begin: (settle) => waits.add(settle),
    undo: (settle, reason) => log.push([waits.delete(settle), reason instanceof CancelledError]),
  };
  await virtually(async () => {
    const task = createTask(async () => {
      log.push(await bindToTask(next));
      log.push(await bindToTask(next));
    });
    await checkpoint();
    for (const settle of waits) settle.resolve('first');
    waits.clear();
    await checkpoint();
    await checkpoint();
    task.cancel();
    await wait([task]);
  });
  assert.equal(log, ['first', [true, true]]);
});

test('a bound promise that fails and is dropped is an unhandled rejection; one that is cancelled is none', async () => {
  const program = fileURLToPath(new URL('../fixtures/dropped-wait.ts', import.meta.url));
  const execute = promisify(execFile);
  const failed = await execute(process.execPath, [program, 'fails']).catch((error) => error);
  assert.is(failed.code, 1);
  assert.match(failed.stderr, /RangeError: nobody looks/);
  const cancelled = await execute(process.execPath, [program, 'is cancelled']);
  assert.equal([cancelled.stdout, cancelled.stderr], ['ended well\n', '']);
});

test('a settled bound promise is no wait any more', async () => {
  await virtually(async () => {
    let undone = 0;
    const task = createTask(async () => {
      await bindToTask<void>((settle) => {
        settle.resolve(undefined);
        return () => undone++;
      });
      await bindToTask<void>((settle) => {
        currentLoop().callLater(1, () => settle.resolve(undefined));
        return () => undone++;
      });
      await sleep(1000);
    });
    await sleep(5);
    task.cancel();
    await sleep(1);
    assert.is(undone, 0);
  });
});

test('a start function that throws rejects', async () => {
  await virtually(async () => {
    const promise = bindToTask<void>(() => {
      throw new RangeError('start');
    });
    assert.is(await promise.then(() => '', nameOf), 'RangeError');
  });
});

test('obeys a cancellation that its own start requested, and is undone', async () => {
  await virtually(async () => {
    const log: string[] = [];
    const task = createTask(async () => {
      await bindToTask<void>(() => {
        task.cancel();
        return () => log.push('undone');
      });
    });
    assert.is(await task.then(() => '', nameOf), 'CancelledError');
    assert.equal(log, ['undone']);
  });
});

test('outside of tasks it is a plain promise', async () => {
  assert.is(await bindToTask<number>((settle) => settle.resolve(1)), 1);
});

for (const form of ['generator', 'async']) {
  test(`a start that cancels its own task ends the wait and is undone: ${form}`, async () => {
    const log: string[] = [];
    const cancelsItself = (me: { cancel(): boolean }): Op<void> =>
      createOp<void>(() => {
        me.cancel();
        return () => log.push('undone');
      });
    await virtually(async () => {
      const task: Task<void> =
        form === 'generator'
          ? createTask(function* () {
              yield* cancelsItself(task);
            })
          : createTask(async () => cancelsItself(task));
      assert.is(await task.then(() => '', nameOf), 'CancelledError');
      assert.equal(log, ['undone']);
    });
  });
}

test('is waited for from a generator by until', async () => {
  await virtually(async () => {
    await checkpoint();
    const { until } = await import('../../src/index.ts');
    const got = await createTask(function* () {
      return yield* until(bindToTask<string>((settle) => settle.resolve('bound')));
    });
    assert.is(got, 'bound');
  });
});

test('refuses options it does not know', () => {
  assert.throws(() => createOp(() => {}, { nmae: 'x' } as never), /did you mean "name"/);
});

test.run();
