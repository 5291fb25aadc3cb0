import { assert, suite } from '@oxbow/testkit';
import { realTime } from '../../src/rules/real-time.ts';
import { audit } from '../made-up-tree.ts';

const UNIT = 'packages/loop/test/task.test.ts';
const INTEGRATION = 'packages/loop/test/integration/task.test.ts';
const inFile = (path: string, text: string): readonly string[] => audit(realTime, { [path]: text });

const test = suite('real-time');

for (const [wait, what] of [
  ['await new Promise((done) => setTimeout(done, 20));', 'a timer has a delay'],
  ['setTimeout(done, delayMs);', 'a timer has a delay'],
  ["import { setTimeout as delay } from 'node:timers/promises';", 'a timer is awaited'],
  ["const { setTimeout: delay } = await import('node:timers/promises');", 'a timer is awaited'],
  ['Atomics.wait(flags, 0, 0, 50);', 'a wait has a limit in time'],
  ['await page.waitForTimeout(20);', 'the browser waits for a span of time'],
  ['while (Date.now() < end);', 'the clock ends this loop'],
  ['for (const from = performance.now(); performance.now() - from < 400; );', 'the clock ends this loop'],
] as const) {
  test(`refuses ${wait}`, () => {
    assert.match(inFile(UNIT, wait)[0] ?? '', `${UNIT}:1 ${what}: wait for a fact instead`);
  });
}

test('refuses the sleep of the loop in integration tests, unless a virtual clock moves it', () => {
  assert.match(inFile(INTEGRATION, 'await sleep(20);')[0] ?? '', 'a sleep takes real time');
  assert.equal(inFile(UNIT, 'await sleep(20);'), []);
  assert.equal(inFile(INTEGRATION, 'run(() => sleep(20), { clock: new VirtualClock() });'), []);
});

for (const fine of [
  'await new Promise((done) => setTimeout(done));',
  'setTimeout(done, 0);',
  'await sleep(1_000_000);',
  'await sleep(Number.POSITIVE_INFINITY);',
  "import { setImmediate } from 'node:timers/promises';",
  'Atomics.wait(flags, 0, 0);',
  'const startedAt = performance.now();',
  'clock.setTimeout(done, 20);',
  '// setTimeout(done, 20)\n"setTimeout(done, 20)";',
]) {
  test(`lets ${fine} pass`, () => {
    assert.equal(inFile(INTEGRATION, fine), []);
  });
}

test('lets a test have to do with real time when it says why', () => {
  assert.equal(
    inFile(UNIT, '// real time: the watchdog looks at the clock itself\nsetTimeout(done, 20);'),
    [],
  );
  assert.equal(
    inFile(UNIT, 'setTimeout(done, 20); // real time: the watchdog looks at the clock itself'),
    [],
  );
  assert.is(inFile(UNIT, '// real time:\nsetTimeout(done, 20);').length, 1);
});

test('looks at tests alone', () => {
  assert.equal(inFile('packages/loop/src/clock.ts', 'setTimeout(done, 20);'), []);
  assert.equal(inFile('packages/loop/test/soak/clock.soak.ts', 'setTimeout(done, 20);'), []);
  assert.equal(inFile('packages/loop/bench/clock.bench.ts', 'setTimeout(done, 20);'), []);
});

test.run();
