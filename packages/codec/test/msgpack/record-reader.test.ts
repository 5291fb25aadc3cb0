import { assert, suite } from '@oxbow/testkit';
import { RecordReader } from '../../src/msgpack/record-reader.ts';

/** Gives 1, 2, 3 … and notes how deep it was asked. */
function counter(): { read(depth: number): number; readonly depths: number[] } {
  const depths: number[] = [];
  return { depths, read: (depth) => depths.push(depth) };
}

const test = suite('RecordReader');

test('reads the fields in their order, the first time as the hundredth', () => {
  const reader = new RecordReader(['a', 'b']);
  for (let round = 0; round < 100; round++) {
    const source = counter();
    assert.equal(reader.read(source, 7), { a: 1, b: 2 });
    assert.equal(source.depths, [7, 7]);
  }
  assert.is(reader.fields, 2);
});

test('a name is never code', () => {
  const names = [
    'a-b',
    '"',
    '\\',
    "'",
    '\u2028',
    '\ud800',
    '`',
    '',
    '1',
    'constructor',
    'get x',
    '}; throw 1; {',
    '*/',
  ];
  const reader = new RecordReader(names);
  const expected = Object.fromEntries(names.map((name, index) => [name, index + 1]));
  for (let round = 0; round < 20; round++) {
    const record = reader.read(counter(), 0);
    assert.equal({ ...record }, expected);
    assert.is(Object.getPrototypeOf(record), Object.prototype);
  }
});

test('of two fields with one name the later counts', () => {
  const reader = new RecordReader(['a', 'a']);
  for (let round = 0; round < 20; round++) assert.equal(reader.read(counter(), 0), { a: 2 });
});

test('a record without fields is an empty object', () => {
  const reader = new RecordReader([]);
  for (let round = 0; round < 20; round++) assert.equal(reader.read(counter(), 0), {});
});

test.run();
