import { assert, suite } from '@oxbow/testkit';
import { Budget } from '../../src/resilience/budget.ts';

const test = suite('a budget');

test('a share of the requests of the window, and a few that are free', () => {
  const budget = new Budget({ ratio: 0.1, free: 2, windowMs: 1000 });
  assert.equal(
    [1, 2, 3].map(() => budget.spend(0)),
    [true, true, false],
  );
  for (let i = 0; i < 29; i++) budget.onRequest(0);
  // 2.9 sendings are two.
  assert.is(budget.spend(0), false);
  budget.onRequest(0);
  assert.is(budget.spend(0), true);
  assert.is(budget.spend(0), false);
  // Requests and sendings of an earlier window count no more.
  assert.is(budget.spend(1000), true);
});

test('nothing free and no requests is no sending', () => {
  const budget = new Budget({ ratio: 0.5, free: 0, windowMs: 1000 });
  assert.is(budget.spend(0), false);
  budget.onRequest(0);
  assert.is(budget.spend(0), false);
  budget.onRequest(0);
  assert.is(budget.spend(0), true);
});

test.run();
