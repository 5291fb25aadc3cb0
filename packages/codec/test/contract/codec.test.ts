// What every codec promises, whatever its format.
import { assert, everySplit, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import {
  type Codec,
  CodecError,
  json,
  jsonl,
  lengthPrefixed,
  lines,
  msgpack,
  msgpackStream,
  sse,
  text,
} from '../../src/index.ts';
import { concat, describe, errorOf, feed } from '../feed.ts';

interface Contract {
  readonly codec: Codec<never>;
  /** Values that come back as they went in. */
  readonly value: fc.Arbitrary<unknown>;
  /** How many values one stream may hold. */
  readonly perStream: number;
  /** Bytes that are wrong wherever they stand, after good values; none for formats that take any bytes. */
  readonly broken: Uint8Array | undefined;
  /** Whether values keep their boundaries in a stream. */
  readonly keepsBoundaries: boolean;
}

const contract = <T>(
  codec: Codec<T>,
  value: fc.Arbitrary<T>,
  rest: Partial<Omit<Contract, 'codec' | 'value'>>,
): Contract => ({
  codec: codec as unknown as Codec<never>,
  value,
  perStream: 5,
  broken: undefined,
  keepsBoundaries: true,
  ...rest,
});

// JSON has no -0, and `__proto__` keys are a matter of their own tests.
const plainValue = fc
  .jsonValue({ maxDepth: 4 })
  .map((value) => JSON.parse(JSON.stringify(value).replaceAll('__proto__', 'proto')) as unknown);
const msgpackValue = fc.oneof(
  plainValue,
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
  fc.double({ noNaN: false }).map((value) => (Object.is(value, -0) ? 0 : value)),
  fc.uint8Array({ maxLength: 300 }),
  fc.date({ noInvalidDate: true }),
  fc.array(
    fc.dictionary(fc.constantFrom('a', 'b', 'c', '__keys__', 'constructor'), fc.nat(), {
      noNullPrototype: true,
    }),
  ),
);
const unicode = fc.string({ unit: 'grapheme' });
const oneLine = unicode.map((value) => value.replaceAll(/[\r\n\ufeff]/g, ' '));

const CONTRACTS: readonly Contract[] = [
  contract(msgpack<unknown>(), msgpackValue, { broken: Uint8Array.of(0xc1) }),
  contract(msgpackStream<unknown>(), msgpackValue, { broken: new Uint8Array(8).fill(0xff) }),
  contract(json<unknown>(), plainValue, { perStream: 1, broken: new TextEncoder().encode('{]') }),
  contract(jsonl<unknown>(), plainValue, { broken: new TextEncoder().encode('{]\n') }),
  contract(lines(), oneLine, {}),
  contract(
    sse(),
    fc.record(
      { data: oneLine, event: fc.constantFrom('a', 'b'), retryMs: fc.nat() },
      { requiredKeys: ['data'], noNullPrototype: true },
    ),
    {},
  ),
  contract(text(), unicode, { keepsBoundaries: false }),
  contract(lengthPrefixed({ prefix: 'varint' }), fc.uint8Array({ maxLength: 300 }), {
    broken: new Uint8Array(9).fill(0xff),
  }),
];

/** Printed by the runner when a property fails, and here so that a run can be repeated. */
const seed = Number(process.env.OXBOW_SEED ?? Date.now() % 2 ** 31);
console.log(`fast-check seed ${seed} (repeat with OXBOW_SEED=${seed})`);
const runs = { seed, numRuns: 150 };

for (const { codec, value, perStream, broken, keepsBoundaries } of CONTRACTS) {
  const test = suite(`${codec.name} keeps the codec contract`);

  test('one whole message comes back as it went in', () => {
    fc.assert(
      fc.property(value, (original) => {
        assert.equal(codec.decode(codec.encode(original as never)), original);
      }),
      runs,
    );
  });

  test('a stream of values comes back whatever the chunk sizes', () => {
    const values = fc.array(value, { minLength: 1, maxLength: perStream });
    fc.assert(
      fc.property(values, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (originals, sizes) => {
        const encoder = codec.encoder();
        const bytes = concat(originals.map((original) => encoder.encode(original as never)));
        const chunks: Uint8Array[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length]!;
          chunks.push(bytes.slice(at, at + size));
          at += size;
        }
        const { values: decoded, error } = feed<unknown>(codec, chunks);
        assert.is(error, undefined);
        if (keepsBoundaries) assert.equal(decoded, originals);
        else assert.is(decoded.join(''), originals.join(''));
      }),
      runs,
    );
  });

  test('random bytes give values or an error with an offset, the same at every chunk size', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const whole = feed<unknown>(codec, [bytes.slice()]);
        const single = feed<unknown>(
          codec,
          Array.from(bytes, (byte) => Uint8Array.of(byte)),
        );
        assert.equal(describe(single.error), describe(whole.error));
        if (keepsBoundaries) assert.equal(single.values, whole.values);
        else assert.is(single.values.join(''), whole.values.join(''));
        if (whole.error !== undefined) {
          const { offset } = whole.error as unknown as { offset: number };
          assert.ok(
            offset >= 0 && offset <= bytes.length,
            `offset ${offset} lies outside ${bytes.length} bytes`,
          );
        }
      }),
      { ...runs, numRuns: 400 },
    );
  });

  test('a damaged stream gives values or an error, never a crash', () => {
    const values = fc.array(value, { minLength: 1, maxLength: perStream });
    fc.assert(
      fc.property(values, fc.nat(), fc.nat({ max: 255 }), (originals, position, byte) => {
        const encoder = codec.encoder();
        const bytes = concat(originals.map((original) => encoder.encode(original as never)));
        if (bytes.length > 0) bytes[position % bytes.length] = byte;
        const whole = feed<unknown>(codec, [bytes.slice()]);
        const single = feed<unknown>(
          codec,
          Array.from(bytes, (each) => Uint8Array.of(each)),
        );
        assert.equal(describe(single.error), describe(whole.error));
      }),
      runs,
    );
  });

  test('a decoder refuses what is not bytes, and goes on', () => {
    const decoder = codec.decoder();
    for (const wrong of ['text', 7, null, undefined, new ArrayBuffer(4), [1]]) {
      assert.is(errorOf(() => decoder.decode(wrong as never)).code, 'ERR_OXBOW_CODEC_NOT_BYTES');
    }
    assert.equal(decoder.decode(new Uint8Array(0)), []);
  });

  test('an ended decoder gives nothing more and takes nothing more', () => {
    const decoder = codec.decoder();
    if (perStream > 1) assert.equal(decoder.end(), []);
    else decoder.decode(codec.encode(1 as never));
    decoder.end();
    assert.equal(decoder.end(), []);
    assert.is(errorOf(() => decoder.decode(Uint8Array.of(1))).code, 'ERR_OXBOW_CODEC_ENDED');
  });

  test('an unknown option is refused with the nearest name', () => {
    const factories: Record<string, (options: never) => unknown> = {
      msgpack,
      'msgpack-stream': msgpackStream,
      json,
      jsonl,
      lines,
      sse,
      'length-prefixed': lengthPrefixed,
      text: (options) => text('utf-8', options),
    };
    const error = errorOf(() => factories[codec.name]!({ nonsense: 1 } as never));
    assert.is(error.code, 'ERR_OXBOW_UNKNOWN_OPTION');
    assert.instance(error, CodecError);
  });

  if (broken !== undefined) {
    test('after an error the decoder throws that same error for ever', () => {
      const decoder = codec.decoder();
      const first = errorOf(() => {
        decoder.decode(broken);
        decoder.end();
      });
      assert.is(
        errorOf(() => decoder.decode(Uint8Array.of(1))),
        first,
      );
      assert.is(
        errorOf(() => decoder.end()),
        first,
      );
    });
  }

  if (broken !== undefined && perStream > 1) {
    test('values before an error come with it, at every cut', () => {
      const encoder = codec.encoder();
      const good = codec.name === 'length-prefixed' ? [Uint8Array.of(1), Uint8Array.of(2)] : [1, 'two'];
      const bytes = concat([...good.map((each) => encoder.encode(each as never)), broken]);
      const whole = feed<unknown>(codec, [bytes.slice()]);
      assert.equal(whole.values, good);
      everySplit(bytes, (chunks) => {
        const { values, error } = feed<unknown>(codec, chunks);
        assert.equal(values, good);
        assert.equal(describe(error), describe(whole.error));
      });
    });
  }

  test.run();
}
