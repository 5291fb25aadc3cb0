import { assert, suite } from '@oxbow/testkit';
import { type Clocks, type Prepared, prepare, type Timed } from '../../src/harness/workload.ts';

const PACE = { quick: true, warmUpMs: 50, roundMs: 20 };

/** Prepares a job whose operations take `msEach` of a made-up clock. */
async function prepared(
  job: Partial<Timed>,
  msEach: number,
): Promise<Prepared & { readonly asked: readonly number[] }> {
  const asked: number[] = [];
  let nowMs = 0;
  const clocks: Clocks = { cpu: () => nowMs, process: () => 0, wall: () => Number.NaN };
  const run = (operations: number): void => {
    asked.push(operations);
    nowMs += operations * msEach;
  };
  return { ...(await prepare({ portion: 1, run, ...job }, PACE, clocks)), asked };
}

const test = suite('workload');

test('a round holds as many operations as fill it', async () => {
  assert.is((await prepared({}, 0.5)).operations, 40);
});

test('a round holds whole portions', async () => {
  assert.is((await prepared({ portion: 7 }, 0.5)).operations, 42);
});

test('a job slower than a round is done once a round', async () => {
  assert.is((await prepared({}, 30)).operations, 1);
});

test('a round never holds more than the most, in whole portions', async () => {
  const { operations, asked } = await prepared({ portion: 10, most: 25 }, 0.01);
  assert.is(operations, 20);
  assert.ok(Math.max(...asked) <= 25, `asked for ${Math.max(...asked)}`);
});

test('it is warm when it begins', async () => {
  const { asked } = await prepared({}, 1);
  assert.ok(asked.reduce((sum, operations) => sum + operations, 0) >= 50);
});

test('a job that is slow to warm up gets several times as long', async () => {
  const { asked } = await prepared({ warmUps: 4 }, 1);
  assert.ok(asked.reduce((sum, operations) => sum + operations, 0) >= 200);
});

test('a figure is nanoseconds an operation', async () => {
  const { round } = await prepared({}, 0.5);
  assert.ok(Math.abs((await round()) - 500_000) < 1e-6);
});

test('a job that asks for it is timed on the wall clock', async () => {
  let nowMs = 0;
  const clocks: Clocks = { cpu: () => Number.NaN, process: () => 0, wall: () => nowMs };
  const job: Timed = { portion: 1, clock: 'wall', run: () => void (nowMs += 20) };
  assert.is(await (await prepare(job, PACE, clocks)).round(), 20e6);
});

test('a job that measures itself is asked as it is', async () => {
  const { operations, round } = await prepare({ measure: async (quick) => (quick ? 41 : 42) }, PACE);
  assert.is(operations, 1);
  assert.is(await round(), 41);
});

test.run();
