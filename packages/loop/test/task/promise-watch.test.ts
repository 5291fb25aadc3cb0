// Waits that are given up: nothing of them stays in what they waited for.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { assert, suite } from '@oxbow/testkit';
import {
  asCompleted,
  type Coroutine,
  createTask,
  currentLoop,
  Future,
  gather,
  race,
  run,
  shield,
  sleep,
  until,
  wait,
  waitFor,
} from '../../src/index.ts';
import { watchOf } from '../../src/task/promise-watch.ts';
import { nameOf, virtually } from '../forms.ts';

const test = suite('waits that are given up');

const never = (): Future<number> => new Future<number>();

/** Every way to wait for `source` and to give up. */
const givenUp: Record<string, (source: PromiseLike<number>) => PromiseLike<unknown>> = {
  'waitFor(shield(x), ms)': (source) => waitFor(shield(source), 1).catch(nameOf),
  'shield in a cancelled async task': (source) =>
    cancelled(() => createTask(async () => await shield(source))),
  'shield in a cancelled generator task': (source) =>
    cancelled(() =>
      createTask(function* (): Coroutine<number> {
        return yield* shield(source);
      }),
    ),
  'race with a shield': (source) => race(shield(source), sleep(1)),
  'asCompleted of a shield, left by break': async (source) => {
    for await (const value of asCompleted([shield(source), sleep(1)])) {
      if (value === undefined) break;
    }
  },
  'gather of a shield, cancelled': (source) =>
    cancelled(() => createTask(async () => gather(shield(source)))),
  'gather of a shield beside a failure': (source) =>
    gather([shield(source), createTask(() => Promise.reject(new Error('no')))]).catch(nameOf),
  'wait of a shield, with a limit': (source) => wait([shield(source)], { timeoutMs: 1 }),
};

/** The same for a promise, which cannot be cancelled. */
const givenUpPromise: typeof givenUp = {
  ...givenUp,
  'waitFor(promise, ms)': (source) => waitFor(source, 1).catch(nameOf),
  'until in a cancelled task': (source) => cancelled(() => createTask(async () => await until(source))),
  'race with a promise': (source) => race(source, sleep(1)),
  'asCompleted of a promise, left by break': async (source) => {
    for await (const value of asCompleted([source, sleep(1)])) {
      if (value === undefined) break;
    }
  },
  'gather of a promise beside a failure': (source) =>
    gather([source, createTask(() => Promise.reject(new Error('no')))]).catch(nameOf),
  'wait of a promise, with a limit': (source) => wait([source], { timeoutMs: 1 }),
};

async function cancelled(start: () => { cancel(): unknown } & PromiseLike<unknown>): Promise<void> {
  const task = start();
  await sleep(1);
  task.cancel();
  assert.is(await task.then(() => '', nameOf), 'CancelledError');
}

for (const [what, giveUp] of Object.entries(givenUp)) {
  test(`${what}: nobody waits for the future any more, which goes on`, async () => {
    await virtually(async () => {
      const future = never();
      for (let times = 0; times < 3; times++) await giveUp(future);
      await sleep(10);
      assert.is(future.waiters.length, 0);
      assert.not(future.done);
      const value = shield(future);
      future.setResult(42);
      assert.is(await value, 42);
    });
  });
}

for (const [what, giveUp] of Object.entries(givenUpPromise)) {
  test(`${what}: a kept promise has one reaction, and nobody waits for it`, async () => {
    await virtually(async () => {
      let resolve!: (value: number) => void;
      const promise = new Promise<number>((done) => {
        resolve = done;
      });
      const watch = watchOf(promise);
      for (let times = 0; times < 3; times++) await giveUp(promise);
      await sleep(10);
      assert.is(watchOf(promise), watch);
      assert.is(watch.waiters.length, 0);
      const value = until(promise).then((found) => found);
      resolve(42);
      assert.is(await value, 42);
    });
  });
}

test('an Op that was left alone begins anew when it is waited for again', async () => {
  await virtually(async () => {
    const future = never();
    const shielded = shield(future);
    const promised = until(Promise.resolve(future).then((value) => value));
    await wait([shielded, promised], { timeoutMs: 1 });
    assert.is(future.waiters.length, 1);
    future.setResult(1);
    assert.equal(await gather(shielded, promised), [1, 1]);
  });
});

test('what asCompleted has handed out still gets its result, although it was left', async () => {
  await virtually(async () => {
    const tasks = [
      createTask(() => sleep(5).then(() => 'slow')),
      createTask(() => sleep(1).then(() => 'quick')),
    ];
    const [first] = asCompleted(tasks);
    assert.is(await first, 'quick');
    assert.is(tasks[0]!.waiters.length, 0);
    assert.is(await tasks[0], 'slow');
  });
});

test('a promise that rejects after its wait was given up is told once by shield, and ignored by until', async () => {
  const reports: string[] = [];
  await virtually(async () => {
    currentLoop().onUnhandled = ({ error }) => reports.push(nameOf(error));
    const failing = (Failure: ErrorConstructor) =>
      new Promise<number>((_resolve, reject) =>
        currentLoop().callLater(50, () => reject(new Failure('late'))),
      );
    const [shielded, waited] = [
      failing(RangeError as ErrorConstructor),
      failing(SyntaxError as ErrorConstructor),
    ];
    for (let times = 0; times < 3; times++) {
      await waitFor(shield(shielded), 1).catch(nameOf);
      await waitFor(waited, 1).catch(nameOf);
    }
    await sleep(100);
  });
  assert.equal(reports, ['RangeError']);
});

test('a thenable that is none of the engine is asked once for each wait, and keeps no wait that was given up', async () => {
  await virtually(async () => {
    const kept: ((value: number) => void)[] = [];
    const thenable = {
      then: (resolve: (value: number) => void) => void kept.push(resolve),
    } as unknown as PromiseLike<number>;
    await waitFor(thenable, 1).catch(nameOf);
    const second = until(thenable).then((value) => value);
    await sleep(1);
    assert.is(kept.length, 2);
    for (const resolve of kept) resolve(7);
    assert.is(await second, 7);
  });
});

test('ten thousand waits for a kept promise leave nothing in the heap', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const WAITS = 10_000;
  const MOST_BYTES_A_WAIT = 60;
  await run(async () => {
    const kept = new Promise<number>(() => {});
    const task = createTask(() => sleep(60_000));
    const polls = async (times: number): Promise<void> => {
      for (let time = 0; time < times; time++) {
        await waitFor(kept, 0).catch(() => {});
        await waitFor(shield(task), 0).catch(() => {});
      }
    };
    await polls(WAITS / 10);
    collect();
    const before = process.memoryUsage().heapUsed;
    await polls(WAITS);
    collect();
    const bytes = (process.memoryUsage().heapUsed - before) / WAITS;
    assert.ok(bytes < MOST_BYTES_A_WAIT, `${bytes} bytes a wait`);
    task.cancel();
  });
});

test.run();
