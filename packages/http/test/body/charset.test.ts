import { assert, suite } from '@oxbow/testkit';
import { decodeText } from '../../src/body/charset.ts';

const test = suite('the charset of a body');

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

test('a byte order mark says more than any label', () => {
  const latin = 'text/plain; charset=iso-8859-1';
  assert.is(decodeText(Buffer.from('\ufeffä'), latin), 'ä');
  assert.is(decodeText(Buffer.from('fffee400', 'hex'), latin), 'ä');
  assert.is(decodeText(Buffer.from('feff00e4', 'hex'), 'text/plain; charset=utf-8'), 'ä');
});

test('of several Content-Types the last valid one counts, and keeps the charset of its type', () => {
  const bytes = Buffer.from([0xe4]);
  assert.is(decodeText(bytes, ['text/html; charset=iso-8859-1', 'text/html; charset=iso-8859-1']), 'ä');
  assert.is(decodeText(bytes, ['text/html; charset=iso-8859-1', 'text/html']), 'ä');
  assert.is(decodeText(bytes, 'text/html; charset=iso-8859-1, nonsense'), 'ä');
  assert.is(decodeText(bytes, ['text/html; charset=iso-8859-1', 'text/plain']), '\ufffd');
});

test.run();
