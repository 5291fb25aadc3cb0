import { assert, suite } from '@oxbow/testkit';
import { RateLimit } from '../../src/connection/rate-limit.ts';

const test = suite('rate limit');

test('allows so many within a second, and not one more', () => {
  const rate = new RateLimit(2);
  assert.equal([rate.allows(0), rate.allows(500), rate.allows(999)], [true, true, false]);
  assert.is(rate.count, 3);
});

test('counts anew after a second', () => {
  const rate = new RateLimit(1);
  assert.equal([rate.allows(0), rate.allows(999), rate.allows(1_000)], [true, false, true]);
});

test('Infinity allows everything', () => {
  const rate = new RateLimit(Number.POSITIVE_INFINITY);
  for (let i = 0; i < 1_000; i += 1) assert.is(rate.allows(0), true);
});

test.run();
