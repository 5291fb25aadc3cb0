import { assert, suite } from '@oxbow/testkit';
import { geometricMean, median, summarize } from '../../src/harness/statistics.ts';

const test = suite('statistics');

test('the median of an odd number of samples is the one in the middle', () => {
  assert.is(median([9, 1, 5]), 5);
});

test('the median of an even number lies between the two in the middle', () => {
  assert.is(median([4, 1, 2, 100]), 3);
});

test('the median orders by size, not as text', () => {
  assert.is(median([100, 9, 20]), 20);
});

test('the samples stay in their order', () => {
  const samples = [3, 1, 2];
  median(samples);
  assert.equal(samples, [3, 1, 2]);
});

test('no samples have no median', () => {
  assert.throws(() => median([]), /no samples/);
});

test('a summary has the middle and both ends', () => {
  assert.equal(summarize([5, 2, 9]), { median: 5, min: 2, max: 9 });
});

test('twice and half are one in the geometric mean', () => {
  assert.ok(Math.abs(geometricMean([2, 0.5]) - 1) < 1e-12);
});

test('a mean of nothing is refused', () => {
  assert.throws(() => geometricMean([]), /no values/);
});

test.run();
