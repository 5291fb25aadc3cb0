import { assert, suite } from '@oxbow/testkit';
import { LatencyHistogram } from '../src/latency-histogram.ts';

const test = suite('how long answers took');

test('nothing is known before the first answer', () => {
  assert.is(new LatencyHistogram().percentiles(), null);
});

test('percentiles are right within five in a hundred', () => {
  const histogram = new LatencyHistogram();
  for (let ms = 1; ms <= 1000; ms += 1) histogram.add(ms);
  const { p50Ms, p90Ms, p99Ms } = histogram.percentiles() ?? { p50Ms: 0, p90Ms: 0, p99Ms: 0 };
  for (const [told, is] of [
    [p50Ms, 500],
    [p90Ms, 900],
    [p99Ms, 990],
  ] as const)
    assert.ok(told >= is && told <= is * 1.06, `${told} for ${is}`);
});

test('no time and an endless one have a place', () => {
  const histogram = new LatencyHistogram();
  histogram.add(0);
  assert.equal(histogram.percentiles(), { p50Ms: 0, p90Ms: 0, p99Ms: 0 });
  histogram.add(Number.MAX_SAFE_INTEGER);
  assert.ok((histogram.percentiles()?.p99Ms ?? 0) >= 600_000);
});

test.run();
