import { assert, suite } from '@oxbow/testkit';
import { WindowCounter } from '../../src/resilience/window-counter.ts';

const test = suite('a count over a sliding window');

test('what is older than the window is forgotten, a tenth of it at a time', () => {
  const counter = new WindowCounter(1000);
  counter.add(5_000);
  counter.add(5_050);
  counter.add(5_100);
  assert.is(counter.sum(5_999), 3);
  assert.is(counter.sum(6_000), 1);
  assert.is(counter.sum(6_100), 0);
});

test('a long silence forgets everything, and the window goes on from there', () => {
  const counter = new WindowCounter(1000);
  for (let at = 0; at < 1000; at += 10) counter.add(at);
  assert.is(counter.sum(999), 100);
  assert.is(counter.sum(1e9), 0);
  counter.add(1e9);
  assert.is(counter.sum(1e9 + 500), 1);
  counter.clear();
  assert.is(counter.sum(1e9 + 500), 0);
});

test.run();
