import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { assert, everySplit, suite } from '@oxbow/testkit';
import {
  ACCEPT_ENCODING,
  ContentDecoder,
  contentCodings,
  DEFAULT_EXPANSION,
  type ExpansionLimit,
  MAX_CODINGS,
} from '../../src/body/content-decoder.ts';
import type { DecodingError, ExpansionError } from '../../src/errors.ts';
import { rejectionOf, thrownBy } from '../rejection.ts';

const test = suite('content codings');

const EXPANSION_FREE_BYTES = 1024 * 1024;
const MAX_EXPANSION_RATIO = 200;
const SMALL: ExpansionLimit = { ratio: MAX_EXPANSION_RATIO, fromBytes: EXPANSION_FREE_BYTES };

function decodeAll(
  codings: readonly string[],
  chunks: readonly Uint8Array[],
  limit?: ExpansionLimit,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const decoded: Buffer[] = [];
    const sink = {
      onDecoded: (chunk: Buffer) => void decoded.push(chunk),
      onDecodedEnd: () => resolve(Buffer.concat(decoded)),
      onDecodingError: reject,
      onDecoderFull() {},
    };
    const decoder = new ContentDecoder(codings, sink, limit);
    for (const chunk of chunks) decoder.write(chunk);
    decoder.end();
  });
}

const TEXT = 'The quick brown fox. '.repeat(20);
const ENCODED: [string, Uint8Array][] = [
  ['gzip', gzipSync(TEXT)],
  ['deflate', deflateSync(TEXT)],
  ['br', brotliCompressSync(TEXT)],
  ['zstd', zstdCompressSync(TEXT)],
];

for (const [coding, bytes] of ENCODED) {
  test(`${coding} decodes the same at every cut`, async () => {
    await everySplit(bytes, async (chunks) => {
      assert.is((await decodeAll([coding], chunks)).toString(), TEXT);
    });
  });

  test(`${coding} that is cut off is an error`, async () => {
    const error = await rejectionOf<DecodingError>(
      decodeAll([coding], [bytes.subarray(0, bytes.length - 5)]),
    );
    assert.is(error.code, 'ERR_OXBOW_HTTP_CORRUPT_ENCODING');
  });
}

test('what is asked for is undone', () => {
  assert.equal(contentCodings(ACCEPT_ENCODING), ACCEPT_ENCODING.split(', '));
});

/** Cut in every way in two, and once into single bytes: the verdict may not depend on where packets end. */
async function decodesTo(coding: string, bytes: Uint8Array, expected: string | undefined): Promise<void> {
  await everySplit(bytes, async (chunks) => {
    if (expected !== undefined) {
      assert.is((await decodeAll([coding], chunks)).toString(), expected);
      return;
    }
    const error = await rejectionOf<DecodingError>(decodeAll([coding], chunks));
    assert.is(error.code, 'ERR_OXBOW_HTTP_CORRUPT_ENCODING');
  });
}

const frame = (text: string): Buffer => zstdCompressSync(text);
const SKIPPABLE = Buffer.from('552a4d1803000000010203', 'hex');
const EMPTY_SKIPPABLE = Buffer.from('502a4d1800000000', 'hex');

for (const [what, pieces, expected] of [
  ['two frames', [frame('one '), frame('two')], 'one two'],
  ['ten frames', Array.from({ length: 10 }, (_, i) => frame(`${i}`)), '0123456789'],
  ['a skippable frame first', [SKIPPABLE, frame('text')], 'text'],
  ['skippable frames all around', [EMPTY_SKIPPABLE, frame('a'), SKIPPABLE, frame('b'), SKIPPABLE], 'ab'],
  ['nothing but a skippable frame', [SKIPPABLE], ''],
  ['an empty frame between two', [frame('a'), frame(''), frame('b')], 'ab'],
  ['a second frame that is cut off', [frame('one'), frame('two').subarray(0, 9)], undefined],
  ['a magic number that is cut off', [frame('one'), Buffer.from('28b5', 'hex')], undefined],
  ['a skippable frame that is cut off', [frame('one'), SKIPPABLE.subarray(0, 9)], undefined],
  ['text after its frame', [frame('one'), Buffer.from('hello')], undefined],
  ['a frame after something else', [Buffer.from('\0\0\0\0'), frame('one')], undefined],
] as const) {
  test(`zstd of ${what} is ${expected === undefined ? 'an error' : 'read whole'} at every cut (RFC 8878 §3.1)`, () =>
    decodesTo('zstd', Buffer.concat(pieces), expected));
}

for (const [coding, encode] of [
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
] as const) {
  test(`${coding} with bytes after its end is an error at every cut (${encode.name})`, async () => {
    await decodesTo(coding, Buffer.concat([encode('one'), Buffer.from('hello')]), undefined);
    await decodesTo(coding, Buffer.concat([encode('one'), encode('two')]), undefined);
  });
}

test('gzip of several members is read whole, blanks behind it are ignored, other bytes are not', async () => {
  await decodesTo('gzip', Buffer.concat([gzipSync('one '), gzipSync('two')]), 'one two');
  await decodesTo('gzip', Buffer.concat([gzipSync('one'), Buffer.alloc(8)]), 'one');
  await decodesTo('gzip', Buffer.concat([gzipSync('one'), Buffer.from('hello')]), undefined);
});

test('what follows the end of a coding in the middle is an error too', async () => {
  const twice = gzipSync(Buffer.concat([brotliCompressSync('one'), Buffer.from('hello')]));
  assert.is(
    (await rejectionOf<DecodingError>(decodeAll(['br', 'gzip'], [twice]))).code,
    'ERR_OXBOW_HTTP_CORRUPT_ENCODING',
  );
  const frames = gzipSync(Buffer.concat([frame('one '), frame('two')]));
  assert.is((await decodeAll(['zstd', 'gzip'], [frames])).toString(), 'one two');
});

test('deflate without its zlib wrapper is understood too', async () => {
  assert.is((await decodeAll(['deflate'], [deflateRawSync(TEXT)])).toString(), TEXT);
});

test('garbage is an error with the coding in its message', async () => {
  const error = await rejectionOf<DecodingError>(decodeAll(['gzip'], [Buffer.from('this is not gzip')]));
  assert.is(error.name, 'DecodingError');
  assert.match(error.message, 'gzip');
});

test('an empty body is empty in every coding', async () => {
  assert.is((await decodeAll(['gzip', 'br'], [])).length, 0);
});

test('codings are undone last first', async () => {
  assert.is((await decodeAll(['gzip', 'br'], [brotliCompressSync(gzipSync(TEXT))])).toString(), TEXT);
});

test('three codings are undone, a fourth is refused', async () => {
  const three = gzipSync(gzipSync(gzipSync(TEXT)));
  assert.is((await decodeAll(Array(MAX_CODINGS).fill('gzip'), [three])).toString(), TEXT);
  const refused = thrownBy(() => new ContentDecoder(Array(MAX_CODINGS + 1).fill('gzip'), {} as never));
  assert.is(refused.code, 'ERR_OXBOW_HTTP_TOO_MANY_CODINGS');
});

test('below the size where the ratio begins to count, anything may be expanded', async () => {
  const bytes = brotliCompressSync(Buffer.alloc(EXPANSION_FREE_BYTES));
  assert.is((await decodeAll(['br'], [bytes], SMALL)).length, EXPANSION_FREE_BYTES);
  const more = brotliCompressSync(Buffer.alloc(EXPANSION_FREE_BYTES + 1));
  const error = await rejectionOf<ExpansionError>(decodeAll(['br'], [more], SMALL));
  assert.is(error.decodedBytes, EXPANSION_FREE_BYTES + 1);
});

const ROWS = JSON.stringify(Array.from({ length: 30_000 }, () => ({ id: 1, state: 'open', owner: null })));
for (const [coding, bytes] of [
  ['gzip', gzipSync(ROWS)],
  ['br', brotliCompressSync(ROWS)],
  ['zstd', zstdCompressSync(ROWS)],
] as const) {
  test(`${ROWS.length} bytes of equal rows are no bomb in ${coding} (${Math.round(ROWS.length / bytes.length)} to 1)`, async () => {
    assert.is((await decodeAll([coding], [bytes])).length, ROWS.length);
  });
}

test('without a ratio the size alone counts', async () => {
  const bytes = gzipSync(Buffer.alloc(DEFAULT_EXPANSION.fromBytes + 1));
  const limit = { ratio: Number.POSITIVE_INFINITY, fromBytes: 0 };
  assert.is((await decodeAll(['gzip'], [bytes], limit)).length, DEFAULT_EXPANSION.fromBytes + 1);
});

for (const [coding, bomb] of [
  ['br', brotliCompressSync(Buffer.alloc(64 * EXPANSION_FREE_BYTES))],
  ['zstd', zstdCompressSync(Buffer.alloc(64 * EXPANSION_FREE_BYTES))],
  ['gzip', gzipSync(Buffer.alloc(8 * EXPANSION_FREE_BYTES))],
] as const) {
  test(`a ${coding} bomb of ${bomb.length} bytes ends just past the first mebibyte`, async () => {
    const error = await rejectionOf<ExpansionError>(decodeAll([coding], [bomb], SMALL));
    assert.is(error.code, 'ERR_OXBOW_HTTP_EXPANSION');
    assert.is(error.encodedBytes, bomb.length);
    assert.is(error.limitRatio, MAX_EXPANSION_RATIO);
    const least = Math.max(EXPANSION_FREE_BYTES, MAX_EXPANSION_RATIO * bomb.length);
    assert.ok(
      error.decodedBytes > least && error.decodedBytes <= least + 128 * 1024,
      String(error.decodedBytes),
    );
  });
}

test('a bomb inside a bomb is one too', async () => {
  const bomb = gzipSync(gzipSync(Buffer.alloc(32 * EXPANSION_FREE_BYTES)));
  const error = await rejectionOf<ExpansionError>(decodeAll(['gzip', 'gzip'], [bomb], SMALL));
  assert.is(error.code, 'ERR_OXBOW_HTTP_EXPANSION');
});

test('nothing comes out while it is paused, and everything afterwards', async () => {
  const seen: number[] = [];
  let ended = false;
  const decoder = new ContentDecoder(['gzip'], {
    onDecoded: (chunk) => seen.push(chunk.length),
    onDecodedEnd: () => {
      ended = true;
    },
    onDecodingError() {},
    onDecoderFull() {},
  });
  decoder.pause();
  decoder.write(gzipSync(TEXT));
  decoder.end();
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(seen, []);
  decoder.resume();
  while (!ended) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(seen, [TEXT.length]);
});

test('a decoder that nobody empties says that it is full', async () => {
  const full: boolean[] = [];
  const decoder = new ContentDecoder(['gzip'], {
    onDecoded() {},
    onDecodedEnd() {},
    onDecodingError() {},
    onDecoderFull: (state) => full.push(state),
  });
  decoder.pause();
  const noise = gzipSync(Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 251)));
  for (let i = 0; i < noise.length; i += 16_384) decoder.write(noise.subarray(i, i + 16_384));
  assert.equal(full, noise.length > 16_384 ? [true] : []);
  decoder.destroy();
});

for (const [value, codings] of [
  ['gzip', ['gzip']],
  ['GZIP, Br', ['gzip', 'br']],
  ['x-gzip', ['gzip']],
  ['identity', undefined],
  ['', undefined],
  [', gzip ,', ['gzip']],
  ['gzip, utf-8', undefined],
  ['none', undefined],
] as const) {
  test(`Content-Encoding: ${JSON.stringify(value)} means ${JSON.stringify(codings)}`, () => {
    assert.equal(contentCodings(value), codings);
  });
}

test.run();
