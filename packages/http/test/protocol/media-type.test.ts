import { assert, suite } from '@oxbow/testkit';
import { extractMediaType, parseMediaType, splitFieldValue } from '../../src/protocol/media-type.ts';

const test = suite('Content-Type');

for (const [text, essence, charset] of [
  ['text/html', 'text/html', undefined],
  [' Text/HTML ; charset=utf-8', 'text/html', 'utf-8'],
  ['text/html;CHARSET="windows-1252"', 'text/html', 'windows-1252'],
  ['text/html; x=y; charset=latin1 ; z', 'text/html', 'latin1'],
  ['text/html; charset=a; charset=b', 'text/html', 'a'],
  ['text/html; charset=; charset=b', 'text/html', 'b'],
  ['text/html; charset="a\\"b"', 'text/html', 'a"b'],
  ['text/html; charset="a;b" junk; x=y', 'text/html', 'a;b'],
  ['text/html; charset="utf-8', 'text/html', 'utf-8'],
  ["text/html; charset='utf-8'", 'text/html', "'utf-8'"],
  ['text/html; xcharset=foo', 'text/html', undefined],
  ['text/html; charset = latin1', 'text/html', undefined],
  ['text/html;;;charset=utf-8', 'text/html', 'utf-8'],
  ['text/html;"charset=gbk";charset=utf-8', 'text/html', 'utf-8'],
] as const) {
  test(`${JSON.stringify(text)} is ${essence} in ${charset} (MIME Sniffing §4.4)`, () => {
    assert.equal(parseMediaType(text), { essence, charset });
  });
}

for (const text of ['', 'text', 'text/', '/html', 'text/html/x', 'te xt/html', '; charset=utf-8']) {
  test(`${JSON.stringify(text)} is no media type`, () => {
    assert.is(parseMediaType(text), undefined);
  });
}

for (const [values, essence, charset] of [
  [['text/html; charset=gbk', 'text/html; charset=gbk'], 'text/html', 'gbk'],
  [['text/plain;charset=gbk', 'text/html;charset=windows-1254'], 'text/html', 'windows-1254'],
  [['text/html;charset=gbk', 'text/html;charset=windows-1254', 'text/html'], 'text/html', 'windows-1254'],
  [['text/html;charset=gbk', 'x/x', 'text/html;x=y'], 'text/html', undefined],
  [['text/html;charset=gbk', '*/*'], 'text/html', 'gbk'],
  [['text/html;charset=gbk,', 'nonsense'], 'text/html', 'gbk'],
  ['text/html;charset=gbk, text/html', 'text/html', 'gbk'],
  ['text/html;x=",";charset=gbk', 'text/html', 'gbk'],
] as const) {
  test(`${JSON.stringify(values)} is ${essence} in ${charset} (Fetch, "extract a MIME type")`, () => {
    assert.equal(extractMediaType(values), { essence, charset });
  });
}

test('nothing valid is nothing', () => {
  assert.is(extractMediaType(undefined), undefined);
  assert.is(extractMediaType(['*/*', 'nonsense']), undefined);
});

test('commas in quotes do not part values', () => {
  assert.equal(splitFieldValue('a, b ,"c,d" e,,'), ['a', 'b', '"c,d" e', '', '']);
  assert.equal(splitFieldValue('a'), ['a']);
});

test.run();
