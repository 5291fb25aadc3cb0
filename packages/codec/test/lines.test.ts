import { assert, everySplit, suite } from '@oxbow/testkit';
import { type FrameTooLargeError, lines } from '../src/index.ts';
import { describe, errorOf, feed, hex, utf8 } from './feed.ts';

const test = suite('lines()');

const SPLITS: readonly [string, string, string[]][] = [
  ['LF, CR and CRLF each end a line', 'a\nb\rc\r\nd\n', ['a', 'b', 'c', 'd']],
  ['CRLF is one end, LFCR are two', 'a\r\nb\n\rc', ['a', 'b', '', 'c']],
  ['empty lines are lines', '\n\r\n\r\r', ['', '', '', '']],
  ['a last line without an end is given at the end', 'a\nb', ['a', 'b']],
  ['no bytes are no lines', '', []],
  ['a BOM at the start is dropped, one elsewhere is kept', '\ufeffa\n\ufeffb', ['a', '\ufeffb']],
  ['characters of several bytes come whole', 'grüße\n日本\r\n😀', ['grüße', '日本', '😀']],
  ['only CRs', 'a\rb\rc', ['a', 'b', 'c']],
];

for (const [title, input, expected] of SPLITS) {
  test(`${title}, at every cut`, () => {
    everySplit(utf8(input), (chunks) => {
      assert.equal(feed(lines(), chunks), { values: expected, error: undefined });
    });
  });
}

test('a line is given as soon as its end has come, CR included', () => {
  const decoder = lines().decoder();
  assert.equal(decoder.decode(utf8('a\r')), ['a']);
  assert.equal(decoder.decode(utf8('\n')), []);
  assert.equal(decoder.decode(utf8('b\n')), ['b']);
});

test('a CR that is not the last byte of its chunk does not swallow the next LF', () => {
  const decoder = lines().decoder();
  assert.equal(decoder.decode(utf8('a\rb')), ['a']);
  assert.equal(decoder.decode(utf8('\nc')), ['b']);
  assert.equal(decoder.end(), ['c']);
});

test('bytes that are not UTF-8 become U+FFFD', () => {
  everySplit(hex('61 ff 0a e282 0a c3'), (chunks) => {
    assert.equal(feed(lines(), chunks).values, ['a\ufffd', '\ufffd', '\ufffd']);
  });
});

test('with fatal they are an error with line and byte, at every cut', () => {
  everySplit(hex('61 0a 62 ff 63 0a'), (chunks) => {
    const { values, error } = feed(lines({ fatal: true }), chunks);
    assert.equal(values, ['a']);
    const { code, offset, line } = describe(error) as { code: string; offset: number; line: number };
    assert.equal([code, offset, line], ['ERR_OXBOW_CODEC_INVALID_TEXT', 3, 2]);
  });
});

test('a line of maxLineBytes passes, one byte more does not, at every cut and with every end', () => {
  const limited = lines({ maxLineBytes: 8 });
  for (const end of ['\n', '\r', '\r\n', '']) {
    everySplit(utf8(`12345678${end}`), (chunks) => {
      assert.equal(feed(limited, chunks), { values: ['12345678'], error: undefined });
    });
    everySplit(utf8(`ok\n123456789${end}`), (chunks) => {
      const { values, error } = feed(limited, chunks);
      assert.equal(values, ['ok']);
      const { code, limitBytes, actualBytes, offset, line } = error as FrameTooLargeError;
      assert.equal(
        [code, limitBytes, actualBytes, offset, line],
        ['ERR_OXBOW_CODEC_FRAME_TOO_LARGE', 8, 9, 3, 2],
      );
    });
  }
});

test('the cap counts bytes, not characters', () => {
  assert.equal(feed(lines({ maxLineBytes: 8 }), [utf8('éééé\n')]).values, ['éééé']);
  assert.is(
    feed(lines({ maxLineBytes: 8 }), [utf8('ééééé\n')]).error?.code,
    'ERR_OXBOW_CODEC_FRAME_TOO_LARGE',
  );
});

test('the default cap is 1 MiB', () => {
  const decoder = lines().decoder();
  assert.equal(decoder.decode(new Uint8Array(2 ** 20).fill(97)), []);
  assert.is(errorOf(() => decoder.decode(utf8('a'))).code, 'ERR_OXBOW_CODEC_FRAME_TOO_LARGE');
});

test('a chunk of many line ends of one kind is searched once, not once a line', () => {
  const values = feed(lines(), [new Uint8Array(400_000).fill(13)]).values;
  assert.is(values.length, 400_000);
  assert.is(feed(lines(), [utf8('é\r'.repeat(200_000))]).values.length, 200_000);
});

test('the encoder ends each line with LF and refuses a string that is more than one', () => {
  assert.equal(lines().encode('a'), utf8('a\n'));
  for (const wrong of ['a\nb', 'a\r', 7]) {
    assert.is(errorOf(() => lines().encode(wrong as string)).code, 'ERR_OXBOW_CODEC_UNENCODABLE');
  }
  assert.equal(lines({ maxLineBytes: 2 }).encode('é'), utf8('é\n'));
  assert.is(errorOf(() => lines({ maxLineBytes: 2 }).encode('éa')).code, 'ERR_OXBOW_CODEC_FRAME_TOO_LARGE');
});

test('a whole message is one line, its end optional', () => {
  assert.is(lines().decode(utf8('a')), 'a');
  assert.is(lines().decode(utf8('a\r\n')), 'a');
  assert.is(errorOf(() => lines().decode(utf8('a\nb'))).code, 'ERR_OXBOW_CODEC_NOT_ONE_MESSAGE');
  assert.is(errorOf(() => lines().decode(utf8(''))).code, 'ERR_OXBOW_CODEC_NOT_ONE_MESSAGE');
});

test('options out of range are refused', () => {
  for (const options of [{ maxLineBytes: 0 }, { maxLineBytes: 2 ** 31 }, { fatal: 1 }]) {
    assert.is(errorOf(() => lines(options as never)).code, 'ERR_OXBOW_CODEC_INVALID_OPTION');
  }
});

test.run();
