import { isUtf8 } from 'node:buffer';
import { assert, everySplit, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { Utf8Validator } from '../../src/protocol/utf8-validator.ts';
import { bytes, hex } from '../fixtures/wire.ts';

const test = suite('§8.1 UTF-8, checked as it comes');

function isValid(chunks: readonly Uint8Array[]): boolean {
  const validator = new Utf8Validator();
  return chunks.every((chunk) => validator.push(chunk, 0, chunk.length)) && validator.complete;
}

for (const text of [
  '',
  'Hello',
  'κόσμε',
  '日本語',
  '🚀 z̀',
  '\u0000\u007f\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}',
]) {
  test(`takes ${JSON.stringify(text)} at every split`, () => {
    everySplit(bytes(text), (chunks) => assert.is(isValid(chunks), true));
  });
}

const invalid: readonly (readonly [string, string])[] = [
  ['a lone continuation octet', '80'],
  ['an overlong two-octet form', 'c0 80'],
  ['an overlong three-octet form', 'e0 9f bf'],
  ['an overlong four-octet form', 'f0 8f bf bf'],
  ['a surrogate', 'ed a0 80'],
  ['a code point beyond U+10FFFF', 'f4 90 80 80'],
  ['an octet that never occurs', '48 ff'],
  ['a missing continuation octet', 'e2 82 41'],
];

for (const [what, octets] of invalid) {
  test(`refuses ${what} at every split`, () => {
    everySplit(hex(octets), (chunks) => assert.is(isValid(chunks), false));
  });
}

test('says no at the first octet that cannot belong to valid text', () => {
  const validator = new Utf8Validator();
  assert.is(validator.push(hex('ce ba e1 bd b9 cf 83 ce bc ce b5'), 0, 11), true);
  assert.is(validator.push(hex('f4'), 0, 1), true);
  assert.is(validator.push(hex('90'), 0, 1), false);
});

test('is not complete inside a code point', () => {
  const validator = new Utf8Validator();
  validator.push(hex('e2 82'), 0, 2);
  assert.is(validator.complete, false);
  validator.push(hex('ac'), 0, 1);
  assert.is(validator.complete, true);
});

test('agrees with the host about random bytes, cut at random', () => {
  const nearUtf8 = fc.array(fc.oneof(fc.string().map(bytes), fc.uint8Array({ maxLength: 4 })), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(nearUtf8, (pieces) => {
      assert.is(isValid(pieces), isUtf8(Buffer.concat(pieces)));
    }),
    { numRuns: 2_000 },
  );
});

test.run();
