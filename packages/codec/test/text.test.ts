import { assert, everySplit, suite } from '@oxbow/testkit';
import { text } from '../src/index.ts';
import { errorOf, feed, hex, utf8 } from './feed.ts';

const test = suite('text()');

test('pieces joined are the text, at every cut', () => {
  everySplit(utf8('grüße 日本 😀'), (chunks) => {
    const { values, error } = feed(text(), chunks);
    assert.is(error, undefined);
    assert.is(values.join(''), 'grüße 日本 😀');
    assert.not.ok(values.includes(''));
  });
});

test('of two byte order marks only the first goes, at every cut', () => {
  for (const [label, bytes] of [
    ['utf-8', 'efbbbf efbbbf 61 efbbbf'],
    ['utf-16le', 'fffe fffe 6100 fffe'],
    ['utf-16be', 'feff feff 0061 feff'],
  ] as const) {
    for (const [keepByteOrderMark, expected] of [
      [false, '\ufeffa\ufeff'],
      [true, '\ufeff\ufeffa\ufeff'],
    ] as const) {
      for (const fatal of [false, true]) {
        everySplit(hex(bytes), (chunks) => {
          const { values } = feed(text(label, { fatal, keepByteOrderMark }), chunks);
          assert.is(values.join(''), expected);
        });
      }
    }
  }
  assert.is(text('gb18030').decode(hex('84319533 61')), '\ufeffa');
});

test('any label of the Encoding Standard is taken', () => {
  assert.is(text('shift_jis').decode(hex('82a0')), 'あ');
  assert.is(text('latin1').decode(hex('e980')), 'é€');
  assert.is(text('UTF-16LE').decode(hex('3dd800de')), '😀');
  assert.is(text('gb18030').decode(hex('81308130')), '\u0080');
  assert.is(text('ISO-8859-2').contentType, 'text/plain; charset=iso-8859-2');
  assert.match(errorOf(() => text('utf8x')).message, /"utf8x" is no encoding label/);
});

test('every encoding of the Encoding Standard is read, all but "replacement", which has no decoder to make', () => {
  const names = [
    ...'utf-8 utf-16be utf-16le gbk gb18030 big5 euc-jp iso-2022-jp shift_jis euc-kr'.split(' '),
    ...'ibm866 koi8-r koi8-u macintosh x-mac-cyrillic windows-874 x-user-defined iso-8859-8-i'.split(' '),
    ...[2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16].map((part) => `iso-8859-${part}`),
    ...[0, 1, 2, 3, 4, 5, 6, 7, 8].map((page) => `windows-125${page}`),
  ];
  assert.is(names.length, 39);
  for (const name of names) {
    assert.is(text(name).contentType, `text/plain; charset=${name}`);
    const bytes = name.startsWith('utf-16') ? utf8('a\0b\0') : utf8('ab');
    everySplit(bytes, (chunks) => {
      const expected = name === 'utf-16be' ? '\u6100\u6200' : 'ab';
      assert.is(feed(text(name), chunks).values.join(''), expected);
    });
  }
  assert.is(errorOf(() => text('replacement')).code, 'ERR_OXBOW_CODEC_INVALID_OPTION');
});

test('encodings that the engine may lack are read and written', () => {
  for (const [name, bytes, expected] of [
    ['ISO-8859-16', '41 a4 aa de ff', 'A€ȘȚÿ'],
    [' x-user-defined ', '41 80 ff', 'A\uf780\uf7ff'],
  ] as const) {
    everySplit(hex(bytes), (chunks) => {
      assert.is(feed(text(name, { fatal: true }), chunks).values.join(''), expected);
    });
    assert.equal(text(name).encode(expected), hex(bytes));
  }
});

test('multi-byte encodings are read at every cut', () => {
  for (const [label, bytes, expected] of [
    ['shift_jis', '82a0 82a2 41', 'あいA'],
    ['euc-jp', 'a4a2 41', 'あA'],
    ['utf-16be', 'd83dde00 0041', '😀A'],
    ['iso-2022-jp', '1b2442 2422 1b2842 41', 'あA'],
  ] as const) {
    everySplit(hex(bytes), (chunks) => {
      assert.is(feed(text(label), chunks).values.join(''), expected);
    });
  }
});

test('bad bytes and a cut-off tail become U+FFFD', () => {
  everySplit(hex('61 ff e282'), (chunks) => {
    assert.is(feed(text(), chunks).values.join(''), 'a\ufffd\ufffd');
  });
});

test('with fatal, bad bytes are an error at the first of them, at every cut', () => {
  for (const [bytes, offset] of [
    ['61 c3a9 ff 62', 3],
    ['e282ac e282 41', 3],
    ['f09f98 80 c080', 4],
    ['61626364656667 e0a0 e0a0a0', 7],
    ['eda080', 0],
    ['f4908080', 0],
  ] as const) {
    everySplit(hex(bytes), (chunks) => {
      const { error } = feed(text('utf-8', { fatal: true }), chunks);
      assert.equal(
        [error?.code, (error as unknown as { offset: number }).offset],
        ['ERR_OXBOW_CODEC_INVALID_TEXT', offset],
      );
    });
  }
});

test('with fatal, a cut-off tail is an error where its character begins, at every cut', () => {
  for (const [bytes, offset] of [
    ['61 e282', 1],
    ['c3a9 f09f98', 2],
    ['616263646566676869 c3', 9],
  ] as const) {
    everySplit(hex(bytes), (chunks) => {
      const { error } = feed(text('utf-8', { fatal: true }), chunks);
      assert.equal(
        [error?.code, (error as unknown as { offset: number }).offset],
        ['ERR_OXBOW_CODEC_INVALID_TEXT', offset],
      );
    });
  }
});

test('a single-byte encoding names the byte it has no character for', () => {
  everySplit(hex('4142 a1 ff 43'), (chunks) => {
    const { error } = feed(text('windows-1253', { fatal: true }), chunks);
    assert.is((error as unknown as { offset: number }).offset, 3);
  });
});

test('a byte order mark at the start is dropped, or kept when asked', () => {
  everySplit(utf8('\ufeffa\ufeff'), (chunks) => {
    assert.is(
      feed(
        text(),
        chunks.map((chunk) => chunk.slice()),
      ).values.join(''),
      'a\ufeff',
    );
    assert.is(feed(text('utf-8', { keepByteOrderMark: true }), chunks).values.join(''), '\ufeffa\ufeff');
  });
});

test('an empty message is the empty string', () => {
  assert.is(text().decode(new Uint8Array(0)), '');
});

test('only strings are encoded', () => {
  assert.is(errorOf(() => text().encode(7 as never)).code, 'ERR_OXBOW_CODEC_UNENCODABLE');
});

test.run();
