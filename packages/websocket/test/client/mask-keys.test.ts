import { assert, suite } from '@oxbow/testkit';
import { nextMaskKey } from '../../src/client/mask-keys.ts';

const test = suite('§10.3 masking keys');

test('are 32-bit words that do not repeat, over several blocks', () => {
  const keys = Array.from({ length: 5_000 }, nextMaskKey);
  assert.ok(keys.every((key) => (key | 0) === key));
  // 5,000 of 2^32: a handful of chance repeats at the very most.
  assert.ok(new Set(keys).size > 4_990);
});

test.run();
