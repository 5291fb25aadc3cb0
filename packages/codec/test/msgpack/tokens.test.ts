import { assert, suite } from '@oxbow/testkit';
import { isErrorName, isProto, LENGTH_BYTES, readLength, scalarSizesFor } from '../../src/msgpack/tokens.ts';
import { hex, utf8 } from '../feed.ts';

const test = suite('tokens');

test('scalars have a size, containers and tokens with a length have none', () => {
  const sizes = scalarSizesFor(false);
  assert.equal(
    [0x00, 0x7f, 0xa0, 0xbf, 0xc0, 0xc3, 0xca, 0xcb, 0xcf, 0xd3, 0xe0].map((token) => sizes[token]),
    [1, 1, 1, 32, 1, 1, 5, 9, 9, 9, 1],
  );
  assert.ok([0x80, 0x9f, 0xc1, 0xc4, 0xc9, 0xd4, 0xd8, 0xd9, 0xdf].every((token) => sizes[token] === 0));
});

test('with records the bytes of record ids are no scalars', () => {
  const sizes = scalarSizesFor(true);
  assert.equal(
    [0x3f, 0x40, 0x7f].map((token) => sizes[token]),
    [1, 0, 0],
  );
});

test('lengths are one, two or four bytes, big-endian', () => {
  assert.equal(
    [0xc4, 0xc8, 0xdb, 0xdc, 0xdf, 0xc0].map((token) => LENGTH_BYTES[token]),
    [1, 2, 4, 2, 4, 0],
  );
  assert.is(readLength(hex('ff fedcba98'), 1, 4), 0xfedcba98);
});

test('finds the forbidden key, and only it', () => {
  assert.ok(isProto(utf8('x__proto__'), 1, 10));
  assert.not.ok(isProto(utf8('__proto_x'), 0, 9));
  assert.not.ok(isProto(utf8('__proto__x'), 0, 10));
});

test('an error has a name that no object inherits', () => {
  assert.ok(isErrorName(hex('a8 52616e67654572'), 0x93, 0));
  assert.not.ok(isErrorName(hex('a8 746f537472696e67'), 0x93, 0));
  assert.not.ok(isErrorName(hex('ab 636f6e7374727563746f72'), 0x93, 0));
  assert.not.ok(isErrorName(hex('01'), 0x93, 0));
});

test.run();
