import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { isToken, listHas, splitList } from '../../src/protocol/header-list.ts';

const test = suite('RFC 9110 §5.6 lists in headers');

test('elements are trimmed, empty ones are dropped', () => {
  assert.equal(splitList(' a ,,\tb\t, , c'), ['a', 'b', 'c']);
  assert.equal(splitList(''), []);
  assert.equal(splitList(undefined), []);
});

test('is found whatever its case', () => {
  assert.is(listHas('keep-alive, UpGrade', 'upgrade'), true);
  assert.is(listHas('upgraded', 'upgrade'), false);
});

test('tokens have no spaces, separators or letters beyond ASCII', () => {
  assert.is(isToken("chat.v2!#$%&'*+-^_`|~"), true);
  for (const bad of ['', 'a b', 'a,b', 'a;b', 'a"b', 'é', '\u0000', 'a/b'])
    assert.is(isToken(bad), false, bad);
});

test('agrees with the naive way', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(' ', '\t', ',', 'a', 'b', ';'), maxLength: 40 }),
      (value) => {
        const naive = value
          .split(',')
          .map((part) => part.replace(/^[ \t]+|[ \t]+$/g, ''))
          .filter(Boolean);
        assert.equal(splitList(value), naive);
      },
    ),
  );
});

test('a megabyte of blanks or commas is read in one pass', () => {
  // A quadratic reading would take minutes here, and this file has a deadline.
  assert.equal(splitList(`a${' '.repeat(1_000_000)}b`).length, 1);
  assert.equal(splitList(`${' '.repeat(1_000_000)},`.repeat(2)), []);
  assert.equal(splitList(','.repeat(1_000_000)), []);
});

test.run();
