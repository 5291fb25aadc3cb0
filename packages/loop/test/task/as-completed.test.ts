import { assert, suite } from '@oxbow/testkit';
import {
  asCompleted,
  type Coroutine,
  createTask,
  gather,
  type Op,
  sleep,
  type Task,
} from '../../src/index.ts';
import { inBothForms, virtually } from '../forms.ts';

const test = suite('asCompleted');

const after = (ms: number): Task<number> =>
  createTask(async () => {
    await sleep(ms);
    return ms;
  });

inBothForms(
  test,
  'gives results in the order in which they come',
  [1, 5, 9],
  async () => {
    const order: number[] = [];
    for await (const ms of asCompleted([after(9), after(1), after(5)])) order.push(ms);
    return order;
  },
  function* () {
    const order: number[] = [];
    for (const op of asCompleted([after(9), after(1), after(5)])) order.push(yield* op);
    return order;
  },
);

inBothForms(
  test,
  'a failure is thrown in its place and the rest still comes',
  ['Error: one', 5],
  async () => {
    const order: unknown[] = [];
    for (const op of asCompleted([
      after(5),
      createTask(async () => {
        await sleep(1);
        throw new Error('one');
      }),
    ])) {
      order.push(await op.then((ms) => ms, String));
    }
    return order;
  },
  function* () {
    const order: unknown[] = [];
    for (const op of asCompleted([
      after(5),
      createTask(function* () {
        yield* sleep(1);
        throw new Error('one');
      }),
    ])) {
      try {
        order.push(yield* op);
      } catch (error) {
        order.push(String(error));
      }
    }
    return order;
  },
);

inBothForms(
  test,
  'cancelling the task that waits cancels what is not done',
  [true, true, false],
  async () => {
    const fast = after(1);
    const slow = after(1000);
    const waiting = createTask(async () => {
      for await (const _ of asCompleted([slow, fast])) {
      }
    });
    await sleep(5);
    waiting.cancel();
    await sleep(1);
    return [waiting.cancelled, slow.cancelled, fast.cancelled];
  },
  function* () {
    const fast = after(1);
    const slow = after(1000);
    const waiting = createTask(function* () {
      for (const op of asCompleted([slow, fast])) yield* op;
    });
    yield* sleep(5);
    waiting.cancel();
    yield* sleep(1);
    return [waiting.cancelled, slow.cancelled, fast.cancelled];
  },
);

test('an iteration that is left early leaves the tasks alone', async () => {
  await virtually(async () => {
    const slow = after(50);
    for await (const ms of asCompleted([slow, after(1)])) {
      assert.is(ms, 1);
      break;
    }
    assert.is(await slow, 50);
  });
});

test('the same generator twice runs once', async () => {
  await virtually(async () => {
    function* answer(value: string): Coroutine<string> {
      yield* sleep(1);
      return value;
    }
    const once = answer('once');
    const results: string[] = [];
    for await (const value of asCompleted([once, once])) results.push(value);
    assert.equal(results, ['once', 'once']);
  });
});

inBothForms(
  test,
  'its Ops may be waited for at once, and in any order',
  [
    ['a', 'b'],
    ['b', 'a'],
  ],
  async () => {
    const both = () =>
      ['b', 'a'].map((value, index) => createTask(async () => sleep(9 - index).then(() => value)));
    const beside = await gather([...asCompleted(both())]);
    const [first, second] = [...asCompleted(both())];
    const later = await second;
    return [beside, [await first, later]];
  },
  function* () {
    const both = () =>
      ['b', 'a'].map((value, index) => createTask(async () => sleep(9 - index).then(() => value)));
    const beside = yield* gather([...asCompleted(both())]);
    const [first, second] = [...asCompleted(both())] as [Op<string>, Op<string>];
    const later = yield* second;
    return [beside, [yield* first, later]];
  },
);

test('takes several, in whatever iterable', () => {
  assert.throws(() => asCompleted(5 as never), /asCompleted\(\) takes several to wait for/);
});

test.run();
