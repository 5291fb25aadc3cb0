import { assert, suite } from '@oxbow/testkit';
import { createTask, currentLoop, run, sleep, type Task, wait } from '../../src/index.ts';
import { eachForm, inBothForms, virtually } from '../forms.ts';

const test = suite('wait');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

const after = (ms: number, fail = false): Task<number> =>
  createTask(async () => {
    await sleep(ms);
    if (fail) throw new Error(`after ${ms}`);
    return ms;
  });

inEachForm(
  'waits as returnWhen says, and tells what is done',
  [
    [2, 1, 10],
    [1, 2, 5],
    [3, 0, 20],
  ],
  function* () {
    const rows: number[][] = [];
    for (const returnWhen of ['first-exception', 'first-completed', 'all-completed'] as const) {
      const startMs = currentLoop().time();
      const { done, pending } = yield* wait([after(5), after(10, true), after(20)], { returnWhen });
      for (const task of done) task.exception();
      rows.push([done.size, pending.size, currentLoop().time() - startMs]);
      yield* wait(pending);
    }
    return rows;
  },
);

inBothForms(
  test,
  'gives up after timeoutMs and cancels nothing, not even when it is cancelled itself',
  [1, 1, false, 'still running'],
  async () => {
    const slow = createTask(async () => {
      await sleep(100);
      return 'still running';
    });
    const { done, pending } = await wait([after(1), slow], { timeoutMs: 10 });
    const waiting = createTask(async () => wait([slow]));
    await sleep(1);
    waiting.cancel();
    await sleep(1);
    return [done.size, pending.size, slow.done, await slow];
  },
  function* () {
    const slow = createTask(function* () {
      yield* sleep(100);
      return 'still running';
    });
    const { done, pending } = yield* wait([after(1), slow], { timeoutMs: 10 });
    const waiting = createTask(function* () {
      yield* wait([slow]);
    });
    yield* sleep(1);
    waiting.cancel();
    yield* sleep(1);
    return [done.size, pending.size, slow.done, yield* slow];
  },
);

test('of nothing returns at once; timeoutMs 0 looks and returns', async () => {
  await virtually(async () => {
    assert.is((await wait([])).done.size, 0);
    const { done, pending } = await wait([after(5)], { timeoutMs: 0 });
    assert.equal([done.size, pending.size], [0, 1]);
  });
});

test('refuses options it does not know', () => {
  assert.throws(
    () => wait([], { returnWhen: 'FIRST_COMPLETED' as never }),
    /is one of all-completed, first-completed/,
  );
  assert.throws(() => wait([], { timeout: 5 } as never), /did you mean "timeoutMs"/);
});

test('a time that has passed looks and returns', async () => {
  await virtually(async () => {
    const late = createTask(() => sleep(50));
    assert.is((await wait([late], { timeoutMs: -1 })).pending.size, 1);
  });
});

test('takes several, in whatever iterable', () => {
  assert.throws(
    () => wait(5 as never),
    /wait\(\) takes several to wait for, in an array or another iterable: got 5/,
  );
});

test('a failure that only wait() has seen is reported once; one that was looked at afterwards is not', async () => {
  const reports: string[] = [];
  await run(async () => {
    currentLoop().onUnhandled = ({ error }) => reports.push(String(error));
    const failing = (message: string) => createTask(() => Promise.reject(new RangeError(message)));
    const [unseen, seen] = [failing('unseen'), failing('seen')];
    const { done } = await wait([unseen, seen]);
    assert.is(done.size, 2);
    assert.match(String(seen.exception()), /seen/);
  });
  assert.equal(reports, ['RangeError: unseen']);
});

test.run();
