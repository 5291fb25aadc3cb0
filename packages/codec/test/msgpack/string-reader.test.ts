import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { StringReader } from '../../src/msgpack/string-reader.ts';
import { utf8 } from '../feed.ts';

const test = suite('StringReader');

test('reads any string at any length, in order and out of order', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.string({ maxLength: 80 }),
    fc.constantFrom('a'.repeat(63), 'a'.repeat(64), 'a'.repeat(65), `${'a'.repeat(63)}é`, '\ufeffa'),
  );
  fc.assert(
    fc.property(fc.array(text, { maxLength: 40 }), (strings) => {
      const expected = strings.map((string) => string.toWellFormed());
      const ranges: [number, number][] = [];
      let end = 0;
      for (const string of expected) ranges.push([end, (end += utf8(string).length)]);
      const reader = new StringReader(utf8(expected.join('')));
      const inOrder = ranges.map((range) => reader.read(...range));
      const backwards = ranges.toReversed().map((range) => reader.read(...range));
      assert.equal(inOrder, expected);
      assert.equal(backwards.toReversed(), expected);
    }),
  );
});

test('reads from the chunk it was last given', () => {
  const reader = new StringReader(utf8('abc'));
  assert.is(reader.read(0, 3), 'abc');
  reader.begin(utf8('xyz'));
  assert.is(reader.read(0, 3), 'xyz');
});

test('what is not UTF-8 becomes U+FFFD, short or long', () => {
  for (const length of [3, 100]) {
    const bytes = new Uint8Array(length).fill(97);
    bytes[1] = 0xff;
    assert.is(new StringReader(bytes).read(0, length), `a\ufffd${'a'.repeat(length - 2)}`);
  }
});

test.run();
