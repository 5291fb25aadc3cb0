// covers: src/compression/compression.ts, src/compression/raw-zlib.ts, src/compression/public-zlib.ts

import { deflateRawSync } from 'node:zlib';
import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { openCompression } from '../../src/compression/compression.ts';
import { DEFLATE_DEFAULTS } from '../../src/compression/deflate-options.ts';
import { publicZlib } from '../../src/compression/public-zlib.ts';
import { compressing, decompressing, poisonOutput, selfTest } from '../../src/compression/raw-zlib.ts';

const raw = { compressing, decompressing };
const SETTINGS = { ...DEFLATE_DEFAULTS, thresholdBytes: 0 };
const AGREED = { windowBits: 15, peerWindowBits: 15, contextTakeover: false, peerContextTakeover: false };
const text = (data: string) => new TextEncoder().encode(data);

for (const [name, engine, other] of [
  ['quick', raw, publicZlib],
  ['public', publicZlib, raw],
] as const) {
  const test = suite(`compression by the ${name} contexts`);

  test('comes back as it went, also by the other kind, at every window and with every takeover', () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 3_000 }), { maxLength: 6 });
    fc.assert(
      fc.property(messages, fc.integer({ min: 9, max: 15 }), fc.boolean(), (data, bits, takeover) => {
        const agreed = {
          ...AGREED,
          windowBits: bits,
          peerWindowBits: bits,
          contextTakeover: takeover,
          peerContextTakeover: takeover,
        };
        const here = openCompression(agreed, SETTINGS, engine);
        const there = openCompression(agreed, SETTINGS, other);
        for (const message of data) {
          const compressed = here.deflater!.deflate(message);
          if (compressed === undefined) continue;
          assert.equal(there.inflater.inflate(compressed, 0, compressed.length, 3_000), message);
        }
        here.close();
        there.close();
      }),
      { numRuns: 30 },
    );
  });

  test('reads the examples of RFC 7692 §7.2.3', () => {
    const { inflater } = openCompression({ ...AGREED, peerContextTakeover: true }, SETTINGS, engine);
    const read = (hex: string) => {
      const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
      const made = inflater.inflate(bytes, 0, bytes.length, 100);
      return typeof made === 'string' ? made : Buffer.from(made).toString();
    };
    assert.is(read('f2 48 cd c9 c9 07 00'), 'Hello');
    assert.is(read('f2 00 11 00 00'), 'Hello', 'with the window of the message before');
    assert.is(read('00 05 00 fa ff 48 65 6c 6c 6f 00'), 'Hello', 'a block without compression');
    assert.is(read('00'), '', 'an empty message');
  });

  test('reads a message whose last block says that it is the last', () => {
    const { inflater } = openCompression(AGREED, SETTINGS, engine);
    const bytes = deflateRawSync(text('Hello'));
    assert.equal(inflater.inflate(bytes, 0, bytes.length, 100), text('Hello'));
  });

  test('stops at the limit while it decompresses, and works for the next message', () => {
    const { inflater, deflater } = openCompression(AGREED, SETTINGS, engine);
    const bomb = deflater!.deflate(new Uint8Array(50_000_000))!;
    assert.ok(bomb.length < 60_000);
    assert.is(inflater.inflate(bomb, 0, bomb.length, 1_000_000), 'too-big');
    const exact = deflater!.deflate(new Uint8Array(1_000))!;
    assert.is(inflater.inflate(exact, 0, exact.length, 999), 'too-big');
    assert.equal(inflater.inflate(exact, 0, exact.length, 1_000), new Uint8Array(1_000));
  });

  test('broken data is told, and the next message is read', () => {
    const { inflater, deflater } = openCompression(AGREED, SETTINGS, engine);
    for (const bytes of [Uint8Array.of(7, 255, 255, 255), Uint8Array.of(6, 1, 2, 3, 4, 5, 6, 7, 8)]) {
      assert.is(inflater.inflate(bytes, 0, bytes.length, 1_000), 'broken');
    }
    const good = deflater!.deflate(text('x'.repeat(100)))!;
    assert.equal(inflater.inflate(good, 0, good.length, 1_000), text('x'.repeat(100)));
  });

  test('any bytes end in an answer', () => {
    const { inflater } = openCompression(AGREED, SETTINGS, engine);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const outcome = inflater.inflate(bytes, 0, bytes.length, 10_000);
        assert.ok(typeof outcome === 'string' || outcome.length <= 10_000);
      }),
    );
  });

  test('what compressing does not make smaller stays as it is, unless the context has it', () => {
    const noise = new Uint8Array(500).map((_, i) => (i * 7_919) ^ (i >> 3) ^ ((i * i) >> 5));
    const alone = openCompression(AGREED, SETTINGS, engine);
    const random = Uint8Array.from({ length: 300 }, (_, i) => (Math.imul(i + 1, 2_654_435_761) >>> 24) & 255);
    assert.is(alone.deflater!.deflate(random), undefined);
    const keeping = openCompression({ ...AGREED, contextTakeover: true }, SETTINGS, engine);
    assert.ok(keeping.deflater!.deflate(random) !== undefined);
    const again = keeping.deflater!.deflate(random)!;
    assert.ok(again.length < 40, `the second time it is ${again.length} bytes`);
    assert.ok(noise.length > 0);
    keeping.close();
  });

  test.run();
}

const sharing = suite('compression without contexts of its own');

sharing('is one for all connections with the same parameters', () => {
  const [first, second] = [openCompression(AGREED, SETTINGS, raw), openCompression(AGREED, SETTINGS, raw)];
  assert.is(first.shared, second.shared);
  const other = openCompression({ ...AGREED, windowBits: 10 }, SETTINGS, raw);
  assert.is.not(first.shared, other.shared);
  const own = openCompression({ ...AGREED, contextTakeover: true }, SETTINGS, raw);
  assert.is(own.shared, undefined);
  own.close();
});

sharing('a window of 8 bits cannot be kept to: nothing is compressed then', () => {
  const { deflater, shared } = openCompression({ ...AGREED, windowBits: 8 }, SETTINGS, raw);
  assert.equal([deflater, shared], [undefined, undefined]);
});

sharing('short messages are left alone', () => {
  const { deflater } = openCompression(AGREED, { ...SETTINGS, thresholdBytes: 10 }, raw);
  assert.equal([deflater!.wants(9), deflater!.wants(10)], [false, true]);
});

sharing('no byte of the memory that contexts share leaves with a message', () => {
  const { deflater, inflater } = openCompression(AGREED, SETTINGS, raw);
  const message = new Uint8Array(5_000);
  poisonOutput(0xaa);
  const compressed = deflater!.deflate(message)!;
  poisonOutput(0xaa);
  const back = inflater.inflate(compressed, 0, compressed.length, 9_999);
  poisonOutput(0xbb);
  assert.equal(back, message);
  assert.ok(!compressed.includes(0xaa) || compressed.length < 64);
  assert.is(compressed.buffer.byteLength <= compressed.length + 4, true, 'it has memory of its own');
});

sharing('the quick contexts are what this Node has', () => {
  assert.is(selfTest(), true);
});

sharing.run();
