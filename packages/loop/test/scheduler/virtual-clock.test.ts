import { assert, suite } from '@oxbow/testkit';
import { checkpoint, createTask, currentLoop, gather, run, sleep, VirtualClock } from '../../src/index.ts';

const test = suite('VirtualClock');

test('jumps to the next timer when all wait, through any length of time', async () => {
  const times: number[] = [];
  await run(
    async () => {
      await gather(
        [3_000_000, 10, 2 ** 33].map((ms) =>
          createTask(async () => {
            await sleep(ms);
            times.push(currentLoop().time());
          }),
        ),
      );
    },
    { clock: new VirtualClock() },
  );
  assert.equal(times, [10, 3_000_000, 2 ** 33]);
});

test('stands still while anything can run', async () => {
  const elapsed = await run(
    async () => {
      void createTask(async () => sleep(5));
      for (let turn = 0; turn < 1000; turn++) await checkpoint();
      for (let turn = 0; turn < 100; turn++) await Promise.resolve();
      return currentLoop().time();
    },
    { clock: new VirtualClock({ startMs: 100 }) },
  );
  assert.is(elapsed, 100);
});

test('without autoJump only advance moves it', async () => {
  const clock = new VirtualClock({ autoJump: false });
  await run(
    async () => {
      const sleeping = createTask(async () => sleep(10));
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      assert.not(sleeping.done);
      clock.advance(9.5);
      await new Promise((resolve) => setImmediate(resolve));
      assert.not(sleeping.done);
      clock.advance(0.5);
      await sleeping;
      assert.is(clock.now(), 10);
    },
    { clock },
  );
});

test('runs forwards only', () => {
  const clock = new VirtualClock();
  assert.throws(() => clock.advance(-1), /takes milliseconds of 0 or more, got -1/);
});

test('takes options it knows', () => {
  assert.throws(() => new VirtualClock({ start: 5 } as never), /did you mean "startMs"/);
});

test('starts at a time', () => {
  assert.throws(
    () => new VirtualClock({ startMs: Number.NaN }),
    /startMs }\) takes a number of milliseconds, got NaN/,
  );
});

test.run();
