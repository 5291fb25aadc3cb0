import { assert, suite } from '@oxbow/testkit';
import { LoopLag } from '../src/loop-lag.ts';

const test = suite('loop lag');

test('is a number of milliseconds that starts anew with each reading', () => {
  const lag = new LoopLag();
  try {
    assert.ok(lag.worstMs() >= 0);
    assert.ok(Number.isFinite(lag.worstMs()));
  } finally {
    lag.stop();
  }
});

test.run();
