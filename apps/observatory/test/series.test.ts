import { assert, suite } from '@oxbow/testkit';
import type { SeriesPoint } from '../src/feed-message.ts';
import { extended, MAX_POINTS } from '../src/series.ts';

const point = (second: number, rate = 1, lagMs = 0): SeriesPoint => [second, rate, rate * 10, lagMs];

const test = suite('the series of a plot');

test('holds as many points as it may, each as it came', () => {
  const points = Array.from({ length: MAX_POINTS }, (_, at) => point(at));
  assert.equal(extended(points.slice(0, -1), points.slice(-1)), points);
});

test('one more makes two one: means of the rates, the worse of the lags, and the whole time stays', () => {
  const points = Array.from({ length: MAX_POINTS }, (_, at) =>
    point(at, at % 2 === 0 ? 1 : 3, at % 2 === 0 ? 9 : 5),
  );
  const series = extended(points, [point(MAX_POINTS, 7, 2)]);
  assert.is(series.length, MAX_POINTS / 2 + 1);
  assert.equal(series[0], [1, 2, 20, 9]);
  assert.equal(series.at(-1), point(MAX_POINTS, 7, 2));
});

test.run();
