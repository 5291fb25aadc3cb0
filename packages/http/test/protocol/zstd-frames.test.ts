import { constants, zstdCompressSync } from 'node:zlib';
import { assert, everySplit, suite } from '@oxbow/testkit';
import { ZstdFrames } from '../../src/protocol/zstd-frames.ts';

const test = suite('the frames of zstd');

const plain = zstdCompressSync('text');
const withChecksum = zstdCompressSync('a checksum', {
  params: { [constants.ZSTD_c_checksumFlag]: 1 },
});
const long = zstdCompressSync(Buffer.from(Array.from({ length: 700 }, (_, i) => (i * 7919) % 251)));
const repeated = zstdCompressSync(Buffer.alloc(300_000, 'x'));
const skippable = Buffer.from('5f2a4d1802000000ffff', 'hex');
const emptySkippable = Buffer.from('502a4d1800000000', 'hex');

/** Where pieces end, counted from the first byte. */
function bordersIn(chunks: readonly Uint8Array[]): { borders: Set<number>; parser: ZstdFrames } {
  const parser = new ZstdFrames();
  const borders = new Set<number>();
  let at = 0;
  for (const chunk of chunks) {
    for (const piece of parser.split(chunk)) {
      at += piece.length;
      borders.add(at);
    }
  }
  return { borders, parser };
}

for (const [what, frames] of [
  ['one frame', [plain]],
  ['frames with and without a checksum', [withChecksum, plain, withChecksum]],
  ['stored, repeated and compressed blocks', [long, repeated, plain]],
  ['skippable frames among others', [skippable, plain, emptySkippable, plain, skippable]],
] as const) {
  test(`${what}: no piece reaches over a border, at every cut`, () => {
    const bytes = Buffer.concat(frames);
    everySplit(bytes, (chunks) => {
      const { borders, parser } = bordersIn(chunks);
      let end = 0;
      for (const frame of frames) {
        end += frame.length;
        assert.ok(borders.has(end), `no border at ${end}`);
      }
      assert.ok(parser.isWhole);
    });
  });

  test(`${what}: what is cut off anywhere else is not whole`, () => {
    const bytes = Buffer.concat(frames);
    const ends = new Set([0]);
    for (let i = 0, end = 0; i < frames.length; i++) ends.add((end += frames[i]?.length ?? 0));
    for (let end = 0; end <= bytes.length; end++) {
      assert.is(bordersIn([bytes.subarray(0, end)]).parser.isWhole, ends.has(end));
    }
  });
}

for (const [what, bytes, fault] of [
  ['text', Buffer.from('hello'), '0x6c6c6568 begins no frame'],
  ['text after a frame', Buffer.concat([plain, Buffer.from('hello')]), '0x6c6c6568 begins no frame'],
  ['a reserved block', Buffer.from('28b52ffd0058070000', 'hex'), 'reserved'],
] as const) {
  test(`${what} is a fault, at every cut`, () => {
    everySplit(bytes, (chunks) => {
      const { parser } = bordersIn(chunks);
      assert.match(parser.fault ?? '', fault);
      assert.not(parser.isWhole);
    });
  });
}

test.run();
