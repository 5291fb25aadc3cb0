import { assert, suite } from '@oxbow/testkit';
import { Latencies, MIN_SAMPLES } from '../../src/resilience/hedge.ts';

const test = suite('the times of the last answers');

test('say nothing before there are enough, then give the quantile', () => {
  const latencies = new Latencies(0.9);
  for (let ms = 1; ms < MIN_SAMPLES; ms++) latencies.add(ms);
  assert.is(latencies.quantileMs, undefined);
  latencies.add(MIN_SAMPLES);
  assert.is(latencies.quantileMs, 19);
});

test('forget what is older than the last 128', () => {
  const latencies = new Latencies(0.95);
  for (let i = 0; i < 128; i++) latencies.add(1000);
  assert.is(latencies.quantileMs, 1000);
  for (let i = 0; i < 128; i++) latencies.add(1);
  assert.is(latencies.quantileMs, 1);
});

test.run();
