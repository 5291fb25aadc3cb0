import { assert, everySplit, suite } from '@oxbow/testkit';
import { type FrameTooLargeError, json } from '../src/index.ts';
import { errorOf, feed, hex, utf8 } from './feed.ts';

const test = suite('json()');

test('one value, given at the end, at every cut', () => {
  everySplit(utf8(' {"a":["é",1.5]}\n'), (chunks) => {
    const decoder = json().decoder();
    for (const chunk of chunks) assert.equal(decoder.decode(chunk), []);
    assert.equal(decoder.end(), [{ a: ['é', 1.5] }]);
  });
});

test('a BOM at the start is dropped', () => {
  assert.is(json().decode(utf8('\ufeff1')), 1);
});

test('an error names the byte', () => {
  const error = errorOf(() => json().decode(utf8('{"é" 1}')));
  assert.equal([error.code, error.offset], ['ERR_OXBOW_CODEC_INVALID_JSON', 6]);
  assert.is(errorOf(() => json().decode(utf8('\ufeff{"a"!'))).offset, 7);
});

test('no bytes, a cut-off value and a second value are errors', () => {
  for (const [input, offset] of [
    ['', 0],
    ['{"a":', 5],
    ['1 2', 2],
  ] as const) {
    const error = errorOf(() => json().decode(utf8(input)));
    assert.equal([error.code, error.offset], ['ERR_OXBOW_CODEC_INVALID_JSON', offset]);
  }
});

test('bytes that are not UTF-8 are an error at the first of them', () => {
  const error = errorOf(() => json().decode(hex('22 61 e282 22')));
  assert.equal([error.code, error.offset], ['ERR_OXBOW_CODEC_INVALID_TEXT', 2]);
});

test('a message of maxMessageBytes passes, one byte more does not', () => {
  const limited = json({ maxMessageBytes: 6 });
  everySplit(utf8('"1234"'), (chunks) => {
    assert.equal(feed(limited, chunks).values, ['1234']);
  });
  everySplit(utf8('"12345"'), (chunks) => {
    const { code, limitBytes, actualBytes, offset } = feed(limited, chunks).error as FrameTooLargeError;
    assert.equal([code, limitBytes, actualBytes, offset], ['ERR_OXBOW_CODEC_FRAME_TOO_LARGE', 6, 7, 6]);
  });
  assert.is(errorOf(() => limited.decode(utf8('"12345"'))).code, 'ERR_OXBOW_CODEC_FRAME_TOO_LARGE');
  assert.equal(limited.encode('1234'), utf8('"1234"'));
  const error = errorOf(() => limited.encode('12345')) as unknown as {
    limitBytes: number;
    actualBytes: number;
  };
  assert.equal([error.limitBytes, error.actualBytes], [6, 7]);
});

test('an encoder writes one value', () => {
  const encoder = json().encoder();
  encoder.encode(1);
  const error = errorOf(() => encoder.encode(2));
  assert.is(error.code, 'ERR_OXBOW_CODEC_ONE_MESSAGE');
  assert.match(error.message, /jsonl\(\)/);
});

test('a value that was refused does not use the encoder up', () => {
  const encoder = json().encoder();
  errorOf(() => encoder.encode(1n));
  assert.equal(encoder.encode(1), utf8('1'));
});

test('validate makes the value', () => {
  assert.is(json({ validate: (value) => Number(value) + 1 }).decode(utf8('1')), 2);
  const codec = json({
    validate: () => {
      throw new Error('wrong shape');
    },
  });
  assert.match(errorOf(() => codec.decode(utf8('1'))).message, /validate refused the value: wrong shape/);
  assert.is(errorOf(() => json({ validate: 1 } as never)).code, 'ERR_OXBOW_CODEC_INVALID_OPTION');
});

test('deeply nested text is a value or an error, not a crash', () => {
  const { values, error } = feed(json(), [utf8('['.repeat(100_000))]);
  assert.equal(values, []);
  assert.is(error?.code, 'ERR_OXBOW_CODEC_INVALID_JSON');
});

test('a __proto__ key becomes an own property and touches no prototype', () => {
  const value = json<object>().decode(utf8('{"__proto__":{"polluted":true},"constructor":1}'));
  assert.equal(Object.keys(value), ['__proto__', 'constructor']);
  assert.is(Object.getPrototypeOf(value), Object.prototype);
});

test.run();
