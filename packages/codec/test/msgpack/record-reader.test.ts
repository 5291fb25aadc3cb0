import { assert, suite } from '@oxbow/testkit';
import type { FieldSource } from '../../src/msgpack/record-builder.ts';
import { RecordReader } from '../../src/msgpack/record-reader.ts';
import { StringReader } from '../../src/msgpack/string-reader.ts';

/** Gives 1, 2, 3 … for each value that is asked for, and notes how deep it was asked. */
function counter(): FieldSource & { readonly depths: number[] } {
  const depths: number[] = [];
  const read = (depth: number): number => depths.push(depth);
  // No bytes: whatever a field is expected to be, it is not that.
  const bytes = new Uint8Array(0);
  const view = new DataView(bytes.buffer);
  const strings = new StringReader();
  return { depths, bytes, view, strings, at: 0, end: 0, read, record: read, array: read };
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

test('of two fields with one name the later counts', () => {
  const reader = new RecordReader(['a', 'a']);
  for (let round = 0; round < 20; round++) assert.equal(reader.read(counter(), 0), { a: 2 });
});

test('a record without fields is an empty object', () => {
  const reader = new RecordReader([]);
  for (let round = 0; round < 20; round++) assert.equal(reader.read(counter(), 0), {});
});

test.run();
