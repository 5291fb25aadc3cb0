import { assert, suite } from '@oxbow/testkit';
import { Session, type SessionOptions } from '../../src/index.ts';
import { breakerOf, budgetOf, hedgeOf, rateOf } from '../../src/resilience/safeguard-options.ts';
import { thrownBy } from '../rejection.ts';

const test = suite('options of the safeguards');

test('a budget of retries is there unless it is refused; the others are unless they are asked for', () => {
  assert.equal(budgetOf(undefined), { ratio: 0.1, free: 10, windowMs: 10_000 });
  assert.is(budgetOf(false), undefined);
  assert.equal(budgetOf({ minRetries: 0 }), { ratio: 0.1, free: 0, windowMs: 10_000 });
  for (const none of [undefined, false] as const) {
    assert.is(breakerOf(none), undefined);
    assert.is(hedgeOf(none), undefined);
  }
  assert.is(rateOf(undefined), undefined);
  assert.is(breakerOf({ openMs: 5 })?.openMs, 5);
  assert.is(hedgeOf({ afterMs: 5 })?.afterMs, 5);
  assert.equal(rateOf({ perSecond: 0.5 }), { perSecond: 0.5, burst: 1 });
});

for (const [what, options] of [
  ['a negative ratio', { retryBudget: { ratio: -1 } }],
  ['a window without end', { retryBudget: { windowMs: Number.POSITIVE_INFINITY } }],
  ['an unknown part', { retryBudget: { share: 1 } }],
  ['a budget that is true', { retryBudget: true }],
  ['a failure ratio of 0', { breaker: { failureRatio: 0 } }],
  ['a failure ratio above 1', { breaker: { failureRatio: 1.5 } }],
  ['half a probe', { breaker: { probes: 0.5 } }],
  ['a breaker that is a number', { breaker: 5 }],
  ['a rate of 0', { rate: { perSecond: 0 } }],
  ['a rate without bound', { rate: { perSecond: Number.POSITIVE_INFINITY } }],
  ['a rate that is a number', { rate: 5 }],
  ['a burst of 0', { rate: { perSecond: 1, burst: 0 } }],
  ['a store that is none', { rate: { perSecond: 1, store: {} } }],
  ['a quantile above 1', { hedge: { quantile: 95 } }],
  ['more than every request twice', { hedge: { maxExtra: 2 } }],
  ['a hedge at once', { hedge: { afterMs: 0 } }],
  ['an adaptive limit from 0', { limits: { adaptive: { min: 0 } } }],
] as const) {
  test(`${what} is refused`, () => {
    const error = thrownBy(() => new Session(options as never as SessionOptions));
    assert.is(error.code, 'ERR_OXBOW_HTTP_INVALID_OPTION');
  });
}

test.run();
