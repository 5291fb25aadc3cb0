import { assert, suite } from '@oxbow/testkit';
import { ADAPTIVE_DEFAULTS, AdaptiveLimit } from '../../src/resilience/adaptive-limit.ts';

const test = suite('an adaptive limit');

/** A server that works on so many at once, what is beyond them waits there; gives the limits of the last half of the answers. */
function limitsAgainst(capacity: number, limit: AdaptiveLimit, answers = 100_000): number[] {
  const limits: number[] = [];
  for (let i = 0; i < answers; i++) {
    const active = limit.value;
    limit.onAnswer(10 * Math.max(1, active / capacity), active);
    if (i > answers / 2) limits.push(active);
  }
  return limits;
}

test('finds what a server takes at once, from below and from above', () => {
  for (const initial of [1, 100]) {
    const limits = limitsAgainst(40, new AdaptiveLimit({ min: 1, initial }, 100));
    const mean = limits.reduce((sum, one) => sum + one, 0) / limits.length;
    assert.ok(Math.max(...limits.slice(-40_000)) <= 50, `from ${initial} up to ${Math.max(...limits)}`);
    assert.ok(mean >= 36, `from ${initial} ${mean} on average`);
  }
});

test('goes up to its upper bound where nothing waits, and not beyond', () => {
  const limits = limitsAgainst(1_000, new AdaptiveLimit(ADAPTIVE_DEFAULTS, 20));
  assert.is(Math.max(...limits), 20);
});

test('failures lower it, once for each round of answers, and not below its lower bound', () => {
  const limit = new AdaptiveLimit({ min: 4, initial: 20 }, 100);
  for (let i = 0; i < 10; i++) limit.onFailure();
  assert.is(limit.value, 18);
  for (let i = 0; i < 1_000; i++) limit.onFailure();
  assert.is(limit.value, 4);
});

test('one that is not used up does not grow', () => {
  const limit = new AdaptiveLimit(ADAPTIVE_DEFAULTS, 100);
  for (let i = 0; i < 1_000; i++) limit.onAnswer(10, 2);
  assert.is(limit.value, 10);
});

test.run();
