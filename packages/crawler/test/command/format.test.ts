import { assert, suite } from '@oxbow/testkit';
import { formatBytes } from '../../src/command/format.ts';

const test = suite('formatBytes');

test('climbs the binary units at 1024', () => {
  assert.is(formatBytes(0), '0 B');
  assert.is(formatBytes(1023), '1023 B');
  assert.is(formatBytes(1024), '1.0 KiB');
  assert.is(formatBytes(1536 * 1024), '1.5 MiB');
});

test('stays in the largest unit', () => {
  assert.is(formatBytes(2048 * 1024 ** 4), '2048.0 TiB');
});

test.run();
