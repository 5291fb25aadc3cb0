import { assert, suite } from '@oxbow/testkit';
import { createTask, currentLoop, Future, Queue, shield, sleep, waitFor } from '../../src/index.ts';
import { createOp } from '../../src/lowlevel.ts';
import { eachForm, inBothForms, nameOf, virtually } from '../forms.ts';

const test = suite('waitFor');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

inBothForms(
  test,
  'gives a result in time, and cancels what is late, waiting for it to end',
  ['in time', 'TimeoutError', true, 21],
  async () => {
    const early = await waitFor(
      createTask(async () => {
        await sleep(1);
        return 'in time';
      }),
      10,
    );
    const late = createTask(async () => {
      try {
        await sleep(1000);
      } finally {
        await sleep(10);
      }
    });
    const name = await waitFor(late, 10).then(() => '', nameOf);
    return [early, name, late.cancelled, currentLoop().time()];
  },
  function* () {
    const early = yield* waitFor(
      createTask(function* () {
        yield* sleep(1);
        return 'in time';
      }),
      10,
    );
    const late = createTask(function* () {
      try {
        yield* sleep(1000);
      } finally {
        yield* sleep(10);
      }
    });
    let name = '';
    try {
      yield* waitFor(late, 10);
    } catch (error) {
      name = nameOf(error);
    }
    return [early, name, late.cancelled, currentLoop().time()];
  },
);

inBothForms(
  test,
  'a timed-out get takes nothing: the item goes to the next',
  ['TimeoutError', 'item'],
  async () => {
    const queue = new Queue<string>();
    const name = await waitFor(queue.get(), 5).then(() => '', nameOf);
    queue.putNoWait('item');
    return [name, await queue.get()];
  },
  function* () {
    const queue = new Queue<string>();
    let name = '';
    try {
      yield* waitFor(queue.get(), 5);
    } catch (error) {
      name = nameOf(error);
    }
    queue.putNoWait('item');
    return [name, yield* queue.get()];
  },
);

inEachForm(
  'an item handed over in the tick of the deadline is delivered, not lost',
  [
    ['item', 0],
    ['TimeoutError', 1],
  ],
  function* () {
    const outcomes: unknown[][] = [];
    for (const putFirst of [true, false]) {
      const queue = new Queue<string>();
      const startMs = currentLoop().time();
      if (putFirst) currentLoop().callAt(startMs + 5, () => queue.putNoWait('item'));
      const getting = waitFor(queue.get(), 5).then((item) => item, nameOf);
      if (!putFirst) currentLoop().callAt(startMs + 5, () => queue.putNoWait('item'));
      outcomes.push([yield* getting, queue.size]);
    }
    return outcomes;
  },
);

inEachForm(
  'a result that comes in spite of a cancellation from outside does not hide it: it is due at the next wait',
  [true, 'swallowed'],
  function* () {
    let got = '';
    const inner = createTask(async () => {
      try {
        await sleep(1000);
      } catch {
        return 'swallowed';
      }
      return '';
    });
    const outer = createTask(function* () {
      got = yield* waitFor(inner, 500);
      yield* sleep(1);
    });
    yield* sleep(1);
    outer.cancel();
    yield* sleep(1);
    return [outer.cancelled, got];
  },
);

test('with shield it gives up waiting and leaves the work alone', async () => {
  await virtually(async () => {
    const work = createTask(async () => {
      await sleep(50);
      return 'finished';
    });
    assert.is(await waitFor(shield(work), 5).then(() => '', nameOf), 'TimeoutError');
    assert.is(await work, 'finished');
  });
});

test('waitFor(x, 0) gives what is there and fails otherwise', async () => {
  await virtually(async () => {
    const done = new Future<number>();
    done.setResult(1);
    assert.is(await waitFor(done, 0), 1);
    assert.is(await waitFor(new Future<number>(), 0).then(() => '', nameOf), 'TimeoutError');
    assert.throws(() => waitFor(done, Number.NaN), /a number of milliseconds/);
  });
});

test('a deadline that has passed gives what is there', async () => {
  await virtually(async () => {
    assert.is(
      await waitFor(
        createOp<number>((settle) => settle.resolve(1)),
        -1,
      ),
      1,
    );
    assert.is(await waitFor(sleep(5), -1).then(String, nameOf), 'TimeoutError');
  });
});

test.run();
