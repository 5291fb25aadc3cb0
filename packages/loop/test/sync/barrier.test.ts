import { assert, suite } from '@oxbow/testkit';
import { Barrier, checkpoint, createTask, gather, sleep } from '../../src/index.ts';
import { inBothForms, nameOf, virtually } from '../forms.ts';

const test = suite('Barrier');

inBothForms(
  test,
  'lets its parties through together, each with its own place, again and again',
  [
    [0, 1, 2],
    [0, 1, 2],
  ],
  async () => {
    const barrier = new Barrier(3);
    const round = async (): Promise<number[]> =>
      gather(
        Array.from({ length: 3 }, (_, index) =>
          createTask(async () => {
            await sleep(index);
            return barrier.wait();
          }),
        ),
      );
    return [await round(), await round()];
  },
  function* () {
    const barrier = new Barrier(3);
    const round = () =>
      gather(
        Array.from({ length: 3 }, (_, index) =>
          createTask(function* () {
            yield* sleep(index);
            return yield* barrier.wait();
          }),
        ),
      );
    return [yield* round(), yield* round()];
  },
);

inBothForms(
  test,
  'a cancelled party leaves its place to another',
  [true, 2],
  async () => {
    const barrier = new Barrier(2);
    const leaving = createTask(async () => barrier.wait());
    await checkpoint();
    leaving.cancel();
    await checkpoint();
    const places = await gather(
      createTask(async () => barrier.wait()),
      createTask(async () => barrier.wait()),
    );
    return [leaving.cancelled, places.length];
  },
  function* () {
    const barrier = new Barrier(2);
    const leaving = createTask(() => barrier.wait());
    yield* checkpoint();
    leaving.cancel();
    yield* checkpoint();
    const places = yield* gather(
      createTask(() => barrier.wait()),
      createTask(() => barrier.wait()),
    );
    return [leaving.cancelled, places.length];
  },
);

test('abort and reset send those who wait away; abort keeps others out until reset', async () => {
  await virtually(async () => {
    const barrier = new Barrier(2);
    const first = createTask(async () => barrier.wait());
    await checkpoint();
    assert.is(barrier.waiting, 1);
    barrier.abort();
    assert.ok(barrier.broken);
    assert.is(await first.then(() => '', nameOf), 'BrokenBarrierError');
    assert.is(await barrier.wait().then(() => '', nameOf), 'BrokenBarrierError');
    barrier.reset();
    const second = createTask(async () => barrier.wait());
    await checkpoint();
    barrier.reset();
    assert.is(await second.then(() => '', nameOf), 'BrokenBarrierError');
    assert.equal(await gather(barrier.wait(), barrier.wait()), [0, 1]);
  });
});

test('takes one party or more', () => {
  assert.throws(() => new Barrier(0), /Barrier takes an integer of 1 or more, got 0/);
});

test.run();
