import { assert, suite } from '@oxbow/testkit';
import { parseExtensions } from '../../src/protocol/extension-list.ts';

const test = suite('§9.1 Sec-WebSocket-Extensions');

test('reads names, parameters, values and quoted values', () => {
  assert.equal(parseExtensions('a; b; c=1, d ; e = "f\\g" ,, h'), [
    {
      name: 'a',
      parameters: [
        ['b', true],
        ['c', '1'],
      ],
    },
    { name: 'd', parameters: [['e', 'fg']] },
    { name: 'h', parameters: [] },
  ]);
  assert.equal(parseExtensions('a; b="x,y"'), undefined, 'what is quoted must be a token');
  assert.equal([parseExtensions(undefined), parseExtensions(''), parseExtensions(' , ,')], [[], [], []]);
});

test('what breaks the grammar is no list', () => {
  for (const bad of ['a;', 'a; =', 'a; b=', 'a b', '; b', 'a; b="c', 'a; b=c d', 'ä']) {
    assert.is(parseExtensions(bad), undefined, bad);
  }
});

test('long blanks and odd names cost one pass and mean nothing', () => {
  const odd = `__proto__; constructor=${' '.repeat(100_000)}x`;
  assert.equal(parseExtensions(odd), [{ name: '__proto__', parameters: [['constructor', 'x']] }]);
});

test.run();
