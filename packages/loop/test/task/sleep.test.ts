import { assert, suite } from '@oxbow/testkit';
import { checkpoint, createTask, currentLoop, gather, run, sleep } from '../../src/index.ts';
import { eachForm, inBothForms, virtually } from '../forms.ts';

const test = suite('sleep');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

inEachForm('wakes after its delay, counted from when it is awaited', [5, 15], function* () {
  const op = sleep(10);
  yield* sleep(5);
  const before = currentLoop().time();
  yield* op;
  return [before, currentLoop().time()];
});

inBothForms(
  test,
  'sleep(0) and checkpoint let what is ready run, and take no time',
  [['other', 'other', 'me'], 0],
  async () => {
    const log: string[] = [];
    createTask(async () => {
      log.push('other');
      await checkpoint();
      log.push('other');
    });
    await sleep(0);
    await checkpoint();
    await checkpoint();
    log.push('me');
    return [log, currentLoop().time()];
  },
  function* () {
    const log: string[] = [];
    createTask(function* () {
      log.push('other');
      yield* checkpoint();
      log.push('other');
    });
    yield* sleep(0);
    yield* checkpoint();
    log.push('me');
    return [log, currentLoop().time()];
  },
);

test('equal deadlines wake in the order of sleeping', async () => {
  await virtually(async () => {
    const log: number[] = [];
    await gather(
      [0, 1, 2, 3].map((index) =>
        createTask(async () => {
          await sleep(10);
          log.push(index);
        }),
      ),
    );
    assert.equal(log, [0, 1, 2, 3]);
  });
});

const runningTimers = (): number =>
  process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

test('a cancelled sleep leaves no timer behind: the program ends at once', async () => {
  const before = runningTimers();
  await run(async () => {
    createTask(async () => sleep(600_000)).cancel();
    const task = createTask(async () => sleep(600_000));
    await checkpoint();
    task.cancel();
  });
  assert.is(runningTimers(), before);
});

test('Infinity waits until cancelled', async () => {
  await virtually(async () => {
    const task = createTask(async () => sleep(Number.POSITIVE_INFINITY));
    await sleep(1e9);
    assert.not(task.done);
    task.cancel();
    await sleep(1);
    assert.ok(task.cancelled);
  });
});

test('refuses what is not a time', () => {
  for (const bad of [Number.NaN, '5', undefined]) {
    assert.throws(() => sleep(bad as number), /sleep\(\) takes a number of milliseconds/);
  }
});

test('a time that has passed is no wait', async () => {
  await virtually(async () => {
    const before = currentLoop().time();
    await sleep(before - 5);
    assert.is(currentLoop().time(), before);
  });
});

test.run();
