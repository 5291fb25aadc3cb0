import { assert, suite } from '@oxbow/testkit';
import {
  addToHash,
  END_TAG_OF,
  KEPT_ATTRIBUTE_LENGTHS,
  KNOWN_BY_HASH,
} from '../../src/html/known-elements.ts';

const hashOf = (name: string) =>
  [...name].reduce((hash, character) => addToHash(hash, character.charCodeAt(0)), 0);

const test = suite('known elements');
test('are found by a hash that ignores case, each by its own', () => {
  for (const name of ['a', 'A', 'base', 'Title', 'svg', 'PLAINTEXT', 'noscript'])
    assert.is(KNOWN_BY_HASH.get(hashOf(name)), name.toLowerCase());
  assert.is(KNOWN_BY_HASH.size, 21);
  for (const name of ['p', 'div', 'abbr', 'bases', 'span'])
    assert.is(KNOWN_BY_HASH.get(hashOf(name)), undefined);
});
test('with text content end at their own end tag only', () => {
  const ends = (name: string, text: string) => {
    const expression = END_TAG_OF.get(name)!;
    expression.lastIndex = 0;
    return expression.test(text);
  };
  assert.equal(
    ['</style>', '</STYLE\n', '</style/', '</styles>', '</ style>', '</style'].map((text) =>
      ends('style', text),
    ),
    [true, true, true, false, false, false],
  );
});
test('keep attributes of few lengths', () => {
  assert.equal(
    ['href', 'rel', 'content', 'class', 'id'].map((name) => KEPT_ATTRIBUTE_LENGTHS.has(name.length)),
    [true, true, true, true, false],
  );
});
test.run();
