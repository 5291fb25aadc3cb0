import { assert, suite } from '@oxbow/testkit';
import { createTask, currentLoop, shield, sleep } from '../../src/index.ts';
import { inBothForms, virtually } from '../forms.ts';

const test = suite('shield');

inBothForms(
  test,
  'the waiting task is cancelled at once, what is shielded goes on',
  [true, false, 'finished'],
  async () => {
    const inner = createTask(async () => {
      await sleep(50);
      return 'finished';
    });
    const outer = createTask(async () => shield(inner));
    await sleep(1);
    outer.cancel();
    await sleep(1);
    return [outer.cancelled, inner.done, await inner];
  },
  function* () {
    const inner = createTask(function* () {
      yield* sleep(50);
      return 'finished';
    });
    const outer = createTask(function* () {
      yield* shield(inner);
    });
    yield* sleep(1);
    outer.cancel();
    yield* sleep(1);
    return [outer.cancelled, inner.done, yield* inner];
  },
);

inBothForms(
  test,
  'passes results and errors on',
  ['value', 'Error: inner'],
  async () => [
    await shield(createTask(async () => 'value')),
    await shield(Promise.reject(new Error('inner'))).then(() => '', String),
  ],
  function* () {
    const value = yield* shield(createTask(async () => 'value'));
    try {
      yield* shield(Promise.reject(new Error('inner')));
    } catch (error) {
      return [value, String(error)];
    }
    return [];
  },
);

test('a failure after the waiting task has left is reported once', async () => {
  await virtually(async () => {
    const reports: string[] = [];
    currentLoop().onUnhandled = (failure) => reports.push(String(failure.error));
    const inner = createTask(async () => {
      await sleep(50);
      throw new Error('late');
    });
    const outer = createTask(async () => shield(inner));
    await sleep(1);
    outer.cancel();
    await sleep(100);
    assert.equal(reports, ['Error: late']);
  });
});

test('a failure after several waiting tasks have left is reported once, and not while somebody else looks', async () => {
  await virtually(async () => {
    const reports: string[] = [];
    currentLoop().onUnhandled = (failure) => reports.push(String(failure.error));
    const failing = (message: string) =>
      createTask(async () => {
        await sleep(50);
        throw new Error(message);
      });
    const unseen = failing('unseen');
    const seen = failing('seen');
    const outer = [unseen, unseen, seen].map((inner) => createTask(async () => shield(inner)));
    await sleep(1);
    for (const each of outer) each.cancel();
    await seen.then(undefined, () => {});
    await sleep(1);
    assert.equal(reports, ['Error: unseen']);
  });
});

test.run();
