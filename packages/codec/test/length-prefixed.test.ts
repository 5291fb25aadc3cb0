import { assert, everySplit, suite } from '@oxbow/testkit';
import { type FrameTooLargeError, lengthPrefixed } from '../src/index.ts';
import { concat, errorOf, feed, hex } from './feed.ts';

const test = suite('lengthPrefixed()');

const FORMS = [
  [{ prefix: 'u8' }, '03'],
  [{ prefix: 'u16' }, '0003'],
  [{ prefix: 'u16', endian: 'little' }, '0300'],
  [{}, '00000003'],
  [{ prefix: 'u32', endian: 'little' }, '03000000'],
  [{ prefix: 'varint' }, '03'],
] as const;

for (const [options, prefix] of FORMS) {
  test(`${JSON.stringify(options)} frames come whole at every cut, empty ones too`, () => {
    const codec = lengthPrefixed(options);
    assert.equal(codec.encode(hex('010203')), hex(`${prefix} 010203`));
    const frames = [hex('010203'), new Uint8Array(0), hex('ff'), new Uint8Array(200).fill(7)];
    everySplit(concat(frames.map((frame) => codec.encode(frame))), (chunks) => {
      assert.equal(feed(codec, chunks), { values: frames, error: undefined });
    });
  });
}

test('a frame of maxFrameBytes passes, one byte more does not, at every cut', () => {
  const limited = lengthPrefixed({ maxFrameBytes: 4 });
  everySplit(hex('00000004 01020304'), (chunks) => {
    assert.equal(feed(limited, chunks).values, [hex('01020304')]);
  });
  everySplit(hex('00000001 09 00000005 0102030405'), (chunks) => {
    const { values, error } = feed(limited, chunks);
    assert.equal(values, [hex('09')]);
    const { code, limitBytes, actualBytes, offset } = error as FrameTooLargeError;
    assert.equal([code, limitBytes, actualBytes, offset], ['ERR_OXBOW_CODEC_FRAME_TOO_LARGE', 4, 5, 5]);
  });
  assert.equal(limited.encode(new Uint8Array(4)).length, 8);
  assert.is(errorOf(() => limited.encode(new Uint8Array(5))).code, 'ERR_OXBOW_CODEC_FRAME_TOO_LARGE');
});

test('the default is 1 MiB, and a refusal needs the prefix only', () => {
  const error = errorOf(() => lengthPrefixed().decoder().decode(hex('00100001'))) as FrameTooLargeError;
  assert.equal([error.limitBytes, error.actualBytes], [2 ** 20, 2 ** 20 + 1]);
  assert.equal(lengthPrefixed().decoder().decode(hex('00100000')), []);
});

test('the prefix bounds the frame as well', () => {
  const codec = lengthPrefixed({ prefix: 'u8' });
  assert.is(codec.encode(new Uint8Array(255)).length, 256);
  const error = errorOf(() => codec.encode(new Uint8Array(256))) as unknown as { limitBytes: number };
  assert.is(error.limitBytes, 255);
});

test('a stream that ends within a frame is an error at its end', () => {
  const bytes = hex('00000003 010203');
  for (let cut = 1; cut < bytes.length; cut++) {
    const { error } = feed(lengthPrefixed(), [bytes.slice(0, cut)]);
    assert.equal(
      [error?.code, (error as unknown as { offset: number }).offset],
      ['ERR_OXBOW_CODEC_TRUNCATED', cut],
    );
  }
});

test('a frame is a copy, and a plain Uint8Array even from a Buffer', () => {
  const chunk = Buffer.from(hex('00000002 0102'));
  const [frame] = lengthPrefixed().decoder().decode(chunk);
  chunk.fill(0);
  assert.equal(frame, hex('0102'));
  assert.not.ok(Buffer.isBuffer(frame));
});

test('a varint that never ends or passes 32 bits is an error at every cut', () => {
  const codec = lengthPrefixed({ prefix: 'varint', maxFrameBytes: 2 ** 30 });
  for (const bytes of ['8080808080 01', 'ffffffff10', 'ffffffffff']) {
    everySplit(hex(`00 ${bytes}`), (chunks) => {
      const { values, error } = feed(codec, chunks);
      assert.equal(values, [new Uint8Array(0)]);
      assert.equal(
        [error?.code, (error as unknown as { offset: number }).offset],
        ['ERR_OXBOW_CODEC_INVALID_LENGTH', 1],
      );
    });
  }
});

test('only Uint8Arrays are encoded, and options are checked', () => {
  assert.is(errorOf(() => lengthPrefixed().encode('x' as never)).code, 'ERR_OXBOW_CODEC_UNENCODABLE');
  for (const options of [{ prefix: 'u64' }, { endian: 'middle' }, { maxFrameBytes: 0 }]) {
    assert.is(errorOf(() => lengthPrefixed(options as never)).code, 'ERR_OXBOW_CODEC_INVALID_OPTION');
  }
});

test.run();
