import { assert, suite } from '@oxbow/testkit';
import { ticksTo } from '../../src/page/scale.ts';

const test = suite('ticks');

test('stand at round numbers, the highest at or above the peak', () => {
  assert.equal(ticksTo(97, 4), [0, 50, 100]);
  assert.equal(ticksTo(100, 4), [0, 50, 100]);
  assert.equal(ticksTo(101, 4), [0, 50, 100, 150]);
  assert.equal(ticksTo(0.3, 3), [0, 0.1, 0.2, 0.3]);
  assert.equal(ticksTo(1, 4), [0, 0.5, 1]);
});

test('of bytes are round in KiB and MiB', () => {
  assert.equal(ticksTo(97.7 * 1024, 4, 1024), [0, 32 * 1024, 64 * 1024, 96 * 1024, 128 * 1024]);
  assert.equal(ticksTo(3 * 1024 ** 2, 3, 1024), [0, 1024 ** 2, 2 * 1024 ** 2, 3 * 1024 ** 2]);
});

test('of nothing are still an axis', () => {
  for (const base of [10, 1024] as const) {
    const ticks = ticksTo(0, 4, base);
    assert.ok(ticks.length >= 2);
    assert.ok(ticks.every(Number.isFinite));
  }
});

test.run();
