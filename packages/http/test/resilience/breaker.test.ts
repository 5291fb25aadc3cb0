import { assert, suite } from '@oxbow/testkit';
import { BREAKER_DEFAULTS, Breaker, type Outcome, type Passage } from '../../src/resilience/breaker.ts';

const test = suite('a circuit breaker');

const OPTIONS = { ...BREAKER_DEFAULTS, minRequests: 4, windowMs: 1000, openMs: 500 };

function settle(breaker: Breaker, outcome: Outcome, nowMs = 0): void {
  breaker.settle(breaker.enter(nowMs) as Passage, outcome, nowMs);
}

function opened(nowMs = 0): Breaker {
  const breaker = new Breaker(OPTIONS);
  for (let i = 0; i < 4; i++) settle(breaker, 'failure', nowMs);
  return breaker;
}

test('opens at the share of failures, not before there are enough requests', () => {
  const breaker = new Breaker(OPTIONS);
  for (const outcome of ['failure', 'failure', 'success'] as const) settle(breaker, outcome);
  assert.is(breaker.stateAt(0), 'closed');
  settle(breaker, 'success');
  assert.is(breaker.stateAt(0), 'open');
  assert.is(breaker.enter(0), undefined);
  assert.is(breaker.waitMs(100), 400);
});

test('stays closed below the share, and for failures of an earlier window', () => {
  const breaker = new Breaker(OPTIONS);
  for (const outcome of ['failure', 'success', 'success', 'success', 'failure'] as const)
    settle(breaker, outcome);
  assert.is(breaker.stateAt(0), 'closed');
  const later = new Breaker(OPTIONS);
  for (let i = 0; i < 3; i++) settle(later, 'failure', 0);
  settle(later, 'failure', 1000);
  assert.is(later.stateAt(1000), 'closed');
});

test('half-open lets one through: its success closes, its failure opens for as long again', () => {
  const breaker = opened();
  assert.is(breaker.allows(499), false);
  assert.is(breaker.stateAt(500), 'half-open');
  const probe = breaker.enter(500) as Passage;
  assert.is(breaker.enter(500), undefined);
  breaker.settle(probe, 'failure', 600);
  assert.is(breaker.stateAt(1099), 'open');
  settle(breaker, 'success', 1100);
  assert.is(breaker.stateAt(1100), 'closed');
  // Nothing of before is remembered.
  settle(breaker, 'failure', 1100);
  assert.is(breaker.stateAt(1100), 'closed');
});

test('a probe that ends without telling anything makes room for another', () => {
  const breaker = opened();
  settle(breaker, undefined, 500);
  assert.is(breaker.allows(500), true);
});

test('what was let through before it opened says nothing afterwards', () => {
  const breaker = new Breaker(OPTIONS);
  const early = breaker.enter(0) as Passage;
  for (let i = 0; i < 4; i++) settle(breaker, 'failure');
  breaker.settle(early, 'success', 10);
  assert.is(breaker.stateAt(10), 'open');
});

test.run();
