import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { StringReader } from '../../src/msgpack/string-reader.ts';
import { utf8 } from '../feed.ts';

/** A reader that has begun on `bytes`. */
function readerOf(bytes: Uint8Array): StringReader {
  const reader = new StringReader();
  begin(reader, bytes);
  return reader;
}

function begin(reader: StringReader, bytes: Uint8Array): void {
  reader.begin(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
}

const test = suite('StringReader');

test('reads any string at any length, in order and out of order', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.string({ maxLength: 80 }),
    fc.string({ maxLength: 9 }),
    fc.string({ unit: 'binary-ascii', minLength: 500, maxLength: 520 }),
    fc.constantFrom(
      'a'.repeat(63),
      'a'.repeat(64),
      'a'.repeat(65),
      `${'a'.repeat(63)}é`,
      '\ufeffa',
      'a\0',
      'a',
    ),
  );
  fc.assert(
    fc.property(fc.array(text, { maxLength: 40 }), (strings) => {
      const expected = strings.map((string) => string.toWellFormed());
      const ranges: [number, number][] = [];
      let end = 0;
      for (const string of expected) ranges.push([end, (end += utf8(string).length)]);
      const reader = readerOf(utf8(expected.join('')));
      const inOrder = ranges.map((range) => reader.read(...range));
      const backwards = ranges.toReversed().map((range) => reader.read(...range));
      assert.equal(inOrder, expected);
      assert.equal(backwards.toReversed(), expected);
    }),
  );
});

test('finds the one character that is not ASCII, wherever it stands and whatever lies around', () => {
  for (let length = 1; length <= 70; length++) {
    for (let place = 0; place < length; place++) {
      const string = `${'a'.repeat(place)}é${'a'.repeat(length - place - 1)}`;
      for (const behind of ['', 'é', 'bbbbbbbbbb']) {
        const bytes = utf8(`é${string}${behind}`);
        assert.is(readerOf(bytes).read(2, 3 + length), string);
      }
    }
  }
});

test('what lies around a string is not part of it', () => {
  for (let length = 0; length <= 70; length++) {
    const string = 'a'.repeat(length);
    for (const behind of ['', 'é', 'é'.repeat(8)]) {
      assert.is(readerOf(utf8(`éé${string}${behind}`)).read(4, 4 + length), string);
    }
  }
});

test('reads from the chunk it was last given', () => {
  const reader = readerOf(utf8('abc'));
  assert.is(reader.read(0, 3), 'abc');
  begin(reader, utf8('xyz'));
  assert.is(reader.read(0, 3), 'xyz');
});

test('what is not UTF-8 becomes U+FFFD, short or long', () => {
  for (const length of [3, 8, 9, 64, 65, 100]) {
    const bytes = new Uint8Array(length + 10).fill(97);
    bytes[1] = 0xff;
    assert.is(readerOf(bytes).read(0, length), `a\ufffd${'a'.repeat(length - 2)}`);
  }
});

test.run();
