import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { text } from '../src/index.ts';
import { textEncoding } from '../src/text-encoding.ts';
import { errorOf, hex, utf8 } from './feed.ts';

const test = suite('textEncoding()');

test('UTF-8 and UTF-16 in both byte orders', () => {
  assert.equal(textEncoding('utf-8')('é😀'), utf8('é😀'));
  assert.equal(textEncoding('utf-16le')('é😀'), hex('e900 3dd8 00de'));
  assert.equal(textEncoding('utf-16be')('é😀'), hex('00e9 d83d de00'));
});

test("a single-byte encoding is its decoder's table turned round", () => {
  assert.equal(textEncoding('windows-1252')('é€'), hex('e980'));
  assert.equal(textEncoding('koi8-r')('Привет'), hex('f0d2c9d7c5d4'));
  const error = errorOf(() => textEncoding('windows-1252')('a日'));
  assert.match(error.message, /windows-1252 has no character U\+65E5 \(index 1\)/);
  assert.is(error.path, '$[1]');
});

test('all bytes of a full single-byte encoding come back', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  for (const label of ['windows-1252', 'koi8-r', 'ibm866', 'macintosh']) {
    const codec = text(label);
    assert.equal(codec.encode(codec.decode(bytes)), bytes);
  }
});

test('multi-byte encodings without an encoder say so, even for ASCII', () => {
  for (const name of ['shift_jis', 'gbk', 'euc-kr', 'big5', 'iso-2022-jp']) {
    assert.match(
      errorOf(() => textEncoding(name)('a')).message,
      new RegExp(`decodes ${name} but does not encode it`),
    );
  }
});

test('what is encoded is decoded', () => {
  const report = fc.check(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('utf-8', 'utf-16le', 'utf-16be'),
      (value, label) => {
        const codec = text(label, { keepByteOrderMark: true });
        return codec.decode(codec.encode(value)) === value;
      },
    ),
  );
  console.log(`fast-check seed ${report.seed}`);
  assert.not.ok(report.failed, fc.defaultReportMessage(report));
});

test.run();
