import { assert, suite } from '@oxbow/testkit';
import { DEFAULT_POLITENESS, HostThrottle } from '../../src/visit/politeness.ts';

const good = (elapsedMs = 10) => ({ elapsedMs, isSuccess: true, isOverloaded: false });
const overloaded = { elapsedMs: 10, isSuccess: false, isOverloaded: true };

const test = suite('HostThrottle');
test('keeps the base delay while all is well', () => {
  const throttle = new HostThrottle(1000, DEFAULT_POLITENESS);
  assert.not.ok(throttle.observe(good(5000)));
  assert.is(throttle.delayMs, 1000);
});
test('doubles after overload, from a second on, up to a minute, and comes back by halves', () => {
  const throttle = new HostThrottle(0, DEFAULT_POLITENESS);
  const delays = Array.from({ length: 8 }, () => {
    throttle.observe(overloaded);
    return throttle.delayMs;
  });
  assert.equal(delays, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  const back = Array.from({ length: 8 }, () => {
    throttle.observe(good());
    return throttle.delayMs;
  });
  assert.equal(back, [30_000, 15_000, 7500, 3750, 1875, 938, 0, 0]);
});
test('follows the latency with auto-throttle, and is not shortened by failures', () => {
  const throttle = new HostThrottle(100, { ...DEFAULT_POLITENESS, autoThrottle: true });
  throttle.observe(good(600));
  assert.is(throttle.delayMs, 600);
  throttle.observe({ elapsedMs: 10, isSuccess: false, isOverloaded: false });
  assert.is(throttle.delayMs, 600);
  throttle.observe(good(200));
  assert.is(throttle.delayMs, 400);
  for (let count = 0; count < 20; count++) throttle.observe(good(10));
  assert.is(throttle.delayMs, 100);
});
test('takes another base at once, and keeps a longer delay', () => {
  const throttle = new HostThrottle(0, DEFAULT_POLITENESS);
  assert.ok(throttle.rebase(5000));
  assert.is(throttle.delayMs, 5000);
  assert.not.ok(throttle.rebase(5000));
  throttle.observe(overloaded);
  throttle.rebase(1000);
  assert.is(throttle.delayMs, 10_000);
});
test('leaves a host alone that does not answer, and comes back at once with the first answer', () => {
  const throttle = new HostThrottle(100, DEFAULT_POLITENESS);
  assert.ok(throttle.backOff(500));
  assert.is(throttle.delayMs, 500);
  assert.not.ok(throttle.backOff(50));
  throttle.backOff(1_000_000);
  assert.is(throttle.delayMs, 60_000);
  assert.ok(throttle.observe(good()));
  assert.is(throttle.delayMs, 100);
});
test.run();
