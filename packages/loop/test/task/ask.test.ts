// Long chains of tasks that wait for each other, circles of them, and programs inside programs.

import { assert, suite } from '@oxbow/testkit';
import {
  CancelledError,
  type Coroutine,
  createTask,
  gather,
  run,
  sleep,
  type Task,
  timeout,
  VirtualClock,
} from '../../src/index.ts';
import { nameOf, virtually } from '../forms.ts';

const test = suite('requests from task to task');

const LENGTH = 10_000;

const links: Record<string, (before: Task<void>, cleaned: () => void) => Task<void>> = {
  'async functions': (before, cleaned) =>
    createTask(async () => {
      try {
        await before;
      } finally {
        cleaned();
      }
    }),
  generators: (before, cleaned) =>
    createTask(function* (): Coroutine<void> {
      try {
        yield* before;
      } finally {
        cleaned();
      }
    }),
  'gather in async functions': (before, cleaned) =>
    createTask(async () => {
      try {
        await gather(before);
      } finally {
        cleaned();
      }
    }),
};

for (const [form, link] of Object.entries(links)) {
  test(`a chain of ${LENGTH} tasks is cancelled from its end, each cleans up: ${form}`, async () => {
    await virtually(async () => {
      let cleaned = 0;
      let last = createTask(() => sleep(60_000));
      const first = last;
      for (let made = 1; made < LENGTH; made++) last = link(last, () => cleaned++);
      await sleep(1);
      last.cancel('end');
      await last.ended;
      assert.ok(last.cancelled);
      assert.ok(first.cancelled);
      assert.is(cleaned, LENGTH - 1);
      assert.is(first.cancelling(), 1);
    });
  });

  test(`run() ends a chain of ${LENGTH} tasks that was left, and others with it: ${form}`, async () => {
    let cleaned = 0;
    await run(
      async () => {
        let last = createTask(() => sleep(60_000));
        for (let made = 1; made < LENGTH; made++) last = link(last, () => cleaned++);
        createTask(async () => {
          try {
            await sleep(60_000);
          } finally {
            cleaned++;
          }
        });
        await sleep(1);
      },
      { clock: new VirtualClock() },
    );
    assert.is(cleaned, LENGTH);
  });
}

test('a circle of a thousand tasks ends when one of them is cancelled', async () => {
  await virtually(async () => {
    const tasks: Task<void>[] = [];
    for (let index = 0; index < 1000; index++) {
      tasks.push(
        createTask(async () => {
          await sleep(1);
          await tasks[(index + 1) % 1000];
        }),
      );
    }
    await sleep(2);
    tasks[0]!.cancel();
    await gather(tasks, { returnExceptions: true });
    assert.ok(tasks.every((task) => task.cancelled));
  });
});

test('a task that awaits a run() of its own cancels that, and ends when it has ended', async () => {
  await virtually(async () => {
    const log: string[] = [];
    const outer = createTask(async () => {
      await run(
        async () => {
          try {
            await sleep(60_000);
          } finally {
            await sleep(10);
            log.push('inner cleaned up');
          }
        },
        { clock: new VirtualClock() },
      );
      log.push('outer goes on');
    });
    await sleep(1);
    outer.cancel('stop');
    const error = await outer.catch((thrown: CancelledError) => thrown);
    assert.instance(error, CancelledError);
    assert.is((error as CancelledError).reason, 'stop');
    assert.equal(log, ['inner cleaned up']);
    assert.equal(nameOf(await timeout(1, () => run(() => sleep(60_000))).catch((e) => e)), 'TimeoutError');
  });
});

test('a value of the inner program counts, and the request is obeyed at the next wait', async () => {
  await virtually(async () => {
    const log: unknown[] = [];
    const outer = createTask(async () => {
      const value = await run(
        async () => {
          try {
            await sleep(60_000);
          } catch {}
          return 'all the same';
        },
        { clock: new VirtualClock() },
      );
      log.push(value);
      await sleep(1);
      log.push('never');
    });
    await sleep(1);
    outer.cancel();
    await outer.ended;
    assert.equal(log, ['all the same']);
    assert.ok(outer.cancelled);
  });
});

test('a task that is to be cancelled starts no inner program', async () => {
  await virtually(async () => {
    let started = false;
    const task: Task<void> = createTask(async () => {
      task.cancel();
      await run(async () => {
        started = true;
      });
    });
    await task.ended;
    assert.ok(task.cancelled);
    assert.not(started);
  });
});

test.run();
