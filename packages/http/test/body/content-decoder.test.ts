import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { assert, everySplit, suite } from '@oxbow/testkit';
import {
  ACCEPT_ENCODING,
  ContentDecoder,
  contentCodings,
  EXPANSION_FREE_BYTES,
  MAX_CODINGS,
  MAX_EXPANSION_RATIO,
  ZSTD_IS_SAFE,
} from '../../src/body/content-decoder.ts';
import type { DecodingError, ExpansionError } from '../../src/errors.ts';
import { rejectionOf, thrownBy } from '../rejection.ts';

const test = suite('content codings');

function decodeAll(codings: readonly string[], chunks: readonly Uint8Array[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const decoded: Buffer[] = [];
    const decoder = new ContentDecoder(codings, {
      onDecoded: (chunk) => decoded.push(chunk),
      onDecodedEnd: () => resolve(Buffer.concat(decoded)),
      onDecodingError: reject,
      onDecoderFull() {},
    });
    for (const chunk of chunks) decoder.write(chunk);
    decoder.end();
  });
}

const TEXT = 'The quick brown fox. '.repeat(20);
const ENCODED: [string, Uint8Array][] = [
  ['gzip', gzipSync(TEXT)],
  ['deflate', deflateSync(TEXT)],
  ['br', brotliCompressSync(TEXT)],
  ...(ZSTD_IS_SAFE ? [['zstd', zstdCompressSync(TEXT)] as [string, Uint8Array]] : []),
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

test('zstd is asked for and undone only where a cut is noticed', () => {
  assert.is(ACCEPT_ENCODING.includes('zstd'), ZSTD_IS_SAFE);
  assert.equal(contentCodings('zstd'), ZSTD_IS_SAFE ? ['zstd'] : undefined);
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

test('the first mebibyte may be expanded from anything', async () => {
  const bytes = brotliCompressSync(Buffer.alloc(EXPANSION_FREE_BYTES));
  assert.is((await decodeAll(['br'], [bytes])).length, EXPANSION_FREE_BYTES);
});

for (const [coding, bomb] of [
  ['br', brotliCompressSync(Buffer.alloc(64 * EXPANSION_FREE_BYTES))],
  ['zstd', zstdCompressSync(Buffer.alloc(64 * EXPANSION_FREE_BYTES))],
  ['gzip', gzipSync(Buffer.alloc(8 * EXPANSION_FREE_BYTES))],
] as const) {
  test(`a ${coding} bomb of ${bomb.length} bytes ends just past the first mebibyte`, async () => {
    const error = await rejectionOf<ExpansionError>(decodeAll([coding], [bomb]));
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
  const error = await rejectionOf<ExpansionError>(decodeAll(['gzip', 'gzip'], [bomb]));
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
