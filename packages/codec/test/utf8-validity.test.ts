import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { firstInvalidUtf8 } from '../src/utf8-validity.ts';
import { hex } from './feed.ts';

const test = suite('firstInvalidUtf8()');

test('the edges of the Unicode table', () => {
  for (const good of [
    '',
    '7f',
    'c280',
    'dfbf',
    'e0a080',
    'ed9fbf',
    'ee8080',
    'efbfbf',
    'f0908080',
    'f48fbfbf',
  ]) {
    assert.is(firstInvalidUtf8(hex(good)), hex(good).length);
  }
  for (const bad of [
    '80',
    'c080',
    'c1bf',
    'c2',
    'e09fbf',
    'eda080',
    'e0a0',
    'f08fbfbf',
    'f4908080',
    'f5808080',
    'ff',
    'e28241',
    'f09f9841',
  ]) {
    assert.is(firstInvalidUtf8(hex(bad)), 0);
    assert.is(firstInvalidUtf8(hex(`61${bad}`)), 1);
  }
});

test('agrees with TextDecoder on random bytes', () => {
  const strict = new TextDecoder('utf-8', { fatal: true });
  const isGood = (bytes: Uint8Array): boolean => {
    try {
      strict.decode(bytes);
      return true;
    } catch {
      return false;
    }
  };
  const byte = fc.oneof(
    fc.nat({ max: 255 }),
    fc.constantFrom(0xc3, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xed, 0xa0),
  );
  const report = fc.check(
    fc.property(fc.array(byte, { maxLength: 12 }), (list) => {
      const bytes = Uint8Array.from(list);
      const at = firstInvalidUtf8(bytes);
      assert.is(at === bytes.length, isGood(bytes));
      assert.ok(isGood(bytes.subarray(0, at)));
    }),
    { numRuns: 2000 },
  );
  console.log(`fast-check seed ${report.seed}`);
  assert.not.ok(report.failed, fc.defaultReportMessage(report));
});

test.run();
