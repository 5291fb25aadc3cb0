import { assert, suite } from '@oxbow/testkit';
import { charsetOf, decodeText } from '../../src/body/charset.ts';

const test = suite('the charset of a body');

for (const [type, charset] of [
  [undefined, undefined],
  ['text/html', undefined],
  ['text/html; charset=utf-8', 'utf-8'],
  ['text/html;CHARSET="windows-1252"', 'windows-1252'],
  ['text/html; charset = latin1 ; x=y', 'latin1'],
  ['text/html; charset="a\\"b"', 'a"b'],
  ['text/html; xcharset=foo', undefined],
] as const) {
  test(`of ${type} is ${charset}`, () => {
    assert.is(charsetOf(type), charset);
  });
}

test('text is UTF-8 unless something else is named', () => {
  assert.is(decodeText(Buffer.from('ä€'), undefined), 'ä€');
  assert.is(decodeText(Buffer.from('ä€'), 'text/html; charset=UTF-8'), 'ä€');
});

test('WHATWG labels are honoured', () => {
  assert.is(decodeText(Buffer.from([0xe4, 0x80]), 'text/html; charset=iso-8859-1'), 'ä€');
  assert.is(decodeText(Buffer.from([0x82, 0xa0]), 'text/html; charset=shift_jis'), 'あ');
  assert.is(decodeText(Buffer.from([0x41, 0x00]), 'text/plain; charset=utf-16le'), 'A');
});

test('an unknown label counts as UTF-8', () => {
  assert.is(decodeText(Buffer.from('ä'), 'text/html; charset=klingon'), 'ä');
});

test('a byte order mark is dropped, malformed bytes are replaced', () => {
  assert.is(decodeText(Buffer.from([0xef, 0xbb, 0xbf, 0x41]), undefined), 'A');
  assert.is(decodeText(Buffer.from([0x41, 0xff]), undefined), 'A\ufffd');
});

test.run();
