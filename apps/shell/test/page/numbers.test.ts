import { assert, suite } from '@oxbow/testkit';
import { formatBytes, formatMs } from '../../src/page/numbers.ts';

const test = suite('numbers as people read them');

test('bytes in the largest unit that leaves at least one', () => {
  assert.equal([0, 1023, 1024, 1536, 20 * 1024 ** 2, 3.26 * 1024 ** 3, 5 * 1024 ** 5].map(formatBytes), [
    '0 B',
    '1023 B',
    '1 KiB',
    '1.5 KiB',
    '20 MiB',
    '3.3 GiB',
    '5120 TiB',
  ]);
});

test('milliseconds in words', () => {
  assert.equal([0.44, 9, 35.4, 1200, 60_000, 185_000].map(formatMs), [
    '0.4 ms',
    '9 ms',
    '35 ms',
    '1.2 s',
    '1 min 0 s',
    '3 min 5 s',
  ]);
});

test.run();
