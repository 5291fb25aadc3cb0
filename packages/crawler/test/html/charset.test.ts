import { assert, suite } from '@oxbow/testkit';
import { CHARSET_PRESCAN_BYTES, charsetOfContentType, detectCharset } from '../../src/html/charset.ts';

const detect = (head: string, contentType?: string) =>
  detectCharset(Buffer.from(head, 'latin1'), contentType);

const test = suite('detectCharset');
test('goes by mark, then header, then meta, then windows-1252', () => {
  assert.is(detect('\xef\xbb\xbf<meta charset=koi8-r>', 'text/html; charset=big5'), 'utf-8');
  assert.is(detect('<meta charset=koi8-r>', 'text/html; charset=Big5'), 'big5');
  assert.is(detect('<meta charset=koi8-r>', 'text/html'), 'koi8-r');
  assert.is(detect('<p>'), 'windows-1252');
});
test('passes over a header or meta that names no known encoding', () => {
  assert.is(detect('<meta charset=nonsense><meta charset="utf-8">', 'text/html; charset=none'), 'utf-8');
});
test('reads http-equiv only where it says content-type', () => {
  assert.is(detect('<meta content="text/html; charset=koi8-r">'), 'windows-1252');
  assert.is(detect('<META HTTP-EQUIV=Content-Type CONTENT="text/html; charset=koi8-r">'), 'koi8-r');
});
test('does not look into comments, or into attributes of other tags', () => {
  assert.is(
    detect('<!-- <meta charset=big5> --><a title="<meta charset=big5>"><meta charset=koi8-r>'),
    'koi8-r',
  );
});
test('takes a meta that says UTF-16 for UTF-8', () => assert.is(detect('<meta charset=utf-16>'), 'utf-8'));
test('searches exactly the first 1,024 bytes', () => {
  const meta = '<meta charset="koi8-r">';
  assert.is(detect(' '.repeat(CHARSET_PRESCAN_BYTES - meta.length) + meta), 'koi8-r');
  assert.is(detect(' '.repeat(CHARSET_PRESCAN_BYTES - meta.length + 2) + meta), 'windows-1252');
});
test('understands quotes, spaces and repeats in a Content-Type', () => {
  assert.is(charsetOfContentType('text/html;charset = "UTF8"'), 'utf-8');
  assert.is(charsetOfContentType("text/html; charset='latin1'"), 'windows-1252');
  assert.is(charsetOfContentType('text/html; charset=utf-8; x=y'), 'utf-8');
  assert.is(charsetOfContentType('text/html; charset'), undefined);
});
test('refuses to decode the encodings browsers replace', () =>
  assert.is(detect('', 'text/html; charset=hz-gb-2312'), 'replacement'));
test('reads an XML declaration at the very start, after what a meta says', () => {
  assert.is(detect('<?xml version="1.0" encoding="Shift_JIS"?><html>'), 'shift_jis');
  assert.is(detect("<?xml encoding = 'koi8-r'?>"), 'koi8-r');
  assert.is(detect('<?xml encoding="utf-16"?>'), 'utf-8');
  assert.is(detect('<?xml encoding="koi8-r"?><meta charset=utf-8>'), 'utf-8');
  for (const none of [
    ' <?xml encoding="koi8-r"?>',
    '<?xml encoding="koi8-r"',
    '<?xml encoding="koi 8"?>',
    '<?xml?>encoding="koi8-r"',
  ])
    assert.is(detect(none), 'windows-1252', none);
  assert.is(detectCharset(Buffer.from('<?xml?>', 'utf16le')), 'utf-16le');
});
test('takes the last good type of a header that was sent twice, with the charset of its like', () => {
  assert.is(charsetOfContentType('text/html; charset=shift_jis, text/html'), 'shift_jis');
  assert.is(charsetOfContentType('text/html; charset=shift_jis, text/html; charset=koi8-r'), 'koi8-r');
  assert.is(charsetOfContentType('text/plain; charset=koi8-r, text/html'), undefined);
  assert.is(charsetOfContentType('text/html; charset=koi8-r, */*'), 'koi8-r');
});
test.run();
