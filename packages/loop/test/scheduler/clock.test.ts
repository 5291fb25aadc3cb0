import { assert, suite } from '@oxbow/testkit';
import { SystemClock } from '../../src/index.ts';

const test = suite('SystemClock');

/** Sets an alarm and tells what was asked of the host for it. */
function hostDelayOf(delayMs: number): number | undefined {
  const clock = new SystemClock();
  const original = globalThis.setTimeout;
  let asked: number | undefined;
  globalThis.setTimeout = ((wake: () => void, ms: number) => {
    asked = ms;
    return original(wake, ms);
  }) as typeof setTimeout;
  try {
    clock.setAlarm(clock.now() + delayMs, () => {})();
  } finally {
    globalThis.setTimeout = original;
  }
  return asked;
}

test('asks the host for no more than it can wait: longer, and its timer would fire at once', () => {
  assert.is(hostDelayOf(2 ** 31 + 1000), 2 ** 31 - 1);
  assert.is(hostDelayOf(2 ** 40), 2 ** 31 - 1);
  assert.ok(hostDelayOf(2 ** 31 - 1000)! < 2 ** 31 - 1);
});

test('rounds up, and asks for a millisecond at least: an alarm may be late, never early', () => {
  assert.is(hostDelayOf(0.5), 1);
  assert.is(hostDelayOf(-50), 1);
  assert.ok(hostDelayOf(1000.5)! >= 1000);
});

test('an alarm that is taken back does not ring, and does not keep the process', async () => {
  const clock = new SystemClock();
  let rang = false;
  const takeBack = clock.setAlarm(clock.now() + 1, () => {
    rang = true;
  });
  takeBack();
  takeBack();
  await new Promise<void>((resolve) => {
    clock.setAlarm(clock.now() + 2, resolve);
  });
  assert.not(rang);
});

test.run();
