import { assert, everySplit, suite } from '@oxbow/testkit';
import { LineSplitter } from '../src/line-splitter.ts';
import { utf8 } from './feed.ts';

const test = suite('LineSplitter');

function split(
  chunks: readonly Uint8Array[],
  rules: { lone: boolean; own: boolean },
): [string, number, number][] {
  const found: [string, number, number][] = [];
  const splitter = new LineSplitter({
    where: 'x()',
    maxLineBytes: 100,
    loneCarriageReturn: rules.lone,
    ownStrings: rules.own,
    fatal: false,
    onLine: (text, line, offset) => found.push([text, line, offset]),
  });
  for (const chunk of chunks) splitter.push(chunk);
  splitter.finish();
  return found;
}

test('numbers lines from 1 and gives the offset of their first byte, at every cut', () => {
  everySplit(utf8('a\r\n\né\rb'), (chunks) => {
    for (const own of [true, false]) {
      assert.equal(split(chunks, { lone: true, own }), [
        ['a', 1, 0],
        ['', 2, 3],
        ['é', 3, 4],
        ['b', 4, 7],
      ]);
    }
  });
});

test('without lone CRs a CR belongs to its line', () => {
  everySplit(utf8('a\rb\r\nc'), (chunks) => {
    assert.equal(split(chunks, { lone: false, own: false }), [
      ['a\rb\r', 1, 0],
      ['c', 2, 5],
    ]);
  });
});

test('the two ways to cut, for ASCII and for anything else, give the same', () => {
  const lines = ['', 'plain', 'x'.repeat(99), ''];
  for (const end of ['\n', '\r', '\r\n']) {
    const ascii = utf8(lines.join(end) + end);
    const mixed = utf8(['é', ...lines].join(end) + end);
    const texts = (input: Uint8Array): string[] =>
      split([input], { lone: true, own: false }).map(([text]) => text);
    assert.equal(texts(ascii), lines);
    assert.equal(texts(mixed), ['é', ...lines]);
  }
});

test.run();
