import { assert, suite } from '@oxbow/testkit';
import { noteShortString, placeOf, shortString } from '../../src/msgpack/short-strings.ts';

const A = 0x61;

/** Notes a string of one or two units that was read, and gives what is kept of it. */
function read(low: number, string: string): string | undefined {
  const place = placeOf(low, 0);
  const known = shortString(place, low, 0, string.length);
  if (known === undefined) noteShortString(place, low, 0, string);
  return known;
}

/** Other bytes that belong to the same place. */
function neighbourOf(low: number): number {
  for (let other = low + 1; ; other++) {
    if (placeOf(other, 0) === placeOf(low, 0)) return other;
  }
}

const test = suite('short strings');

test('a string is kept from the second time on', () => {
  assert.is(read(A, 'a'), undefined);
  assert.is(read(A, 'a'), undefined);
  assert.is(read(A, 'a'), 'a');
});

test('strings in one place replace each other and are never confused', () => {
  const other = neighbourOf(A);
  for (let round = 0; round < 3; round++) {
    assert.is(read(A, 'a') ?? 'a', 'a');
    assert.is(read(other, 'o') ?? 'o', 'o');
  }
  assert.is(shortString(placeOf(A, 0), A, 0, 1), undefined);
});

test('a string and the same with a zero behind it are never confused', () => {
  for (let round = 0; round < 3; round++) read(A, 'a');
  assert.is(read(A, 'a\0'), undefined);
  assert.is(read(A, 'a\0'), 'a\0');
  assert.is(read(A, 'a'), undefined);
});

test('places lie in the table, whatever the bytes', () => {
  for (const bits of [0, 1, -1, 0x7fff_ffff, -0x8000_0000]) {
    for (const other of [0, 1, -1, 0x7f7f_7f7f]) {
      const place = placeOf(bits, other);
      assert.ok(Number.isInteger(place) && place >= 0 && place < 512, `${place}`);
    }
  }
});

test.run();
