// The streams of msgpackStream() against msgpackr itself: each reads what the other writes, to the same values.
import { isDeepStrictEqual } from 'node:util';
import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { addExtension, Packr, Unpackr } from 'msgpackr';
import { type Codec, type Extension, msgpackStream } from '../../src/index.ts';
import { HEADER_BYTES, nextSequence, writeHeader } from '../../src/msgpack/frame-header.ts';
import { concat, feed } from '../feed.ts';

class Point {
  readonly x: number;

  constructor(x: number) {
    this.x = x;
  }
}

const POINT: Extension = {
  type: 9,
  class: Point,
  encode: (value) => Uint8Array.of((value as Point).x),
  decode: (bytes) => new Point(bytes[0]!),
};

// The codec keeps its classes to itself, so msgpackr is told of this one as its own users tell it.
addExtension({
  Class: Point,
  type: 9,
  pack: ({ x }) => Buffer.of(x),
  unpack: (bytes) => new Point(bytes[0]!),
});

const name = fc.oneof(
  fc.constantFrom('id', 'url', 'a', '', 'é', '1', 'constructor', 'toString', '__keys__', 'a b', '"'),
  fc.string({ unit: 'grapheme', maxLength: 12 }).filter((key) => key !== '__proto__'),
);
const text = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    '/a',
    'a\0',
    'GET',
    '\ufeffb',
    '\ud800',
    'x'.repeat(31),
    'x'.repeat(32),
    'x'.repeat(65),
  ),
  fc.string({ maxLength: 10 }),
  fc.string({ unit: 'grapheme', maxLength: 90 }),
);
const scalar = fc.oneof(
  text,
  fc.integer(),
  fc.integer({ min: -200, max: 70_000 }),
  fc.double(),
  fc.constantFrom(null, undefined, true, false, -0, Number.NaN, 2 ** 53, -(2 ** 53), 2 ** 31, 0xffff_ffff),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
  fc.uint8Array({ maxLength: 300 }),
  fc.date({ noInvalidDate: true, min: new Date(-1e13), max: new Date(1e13) }),
);
const nested = (leaf: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.array(tie('node'), { maxLength: 20 }),
      fc.dictionary(name, tie('node'), { noNullPrototype: true, maxKeys: 12 }),
    ),
  })).node;

const MODES: readonly { what: string; extensions: readonly Extension[]; value: fc.Arbitrary<unknown> }[] = [
  { what: 'plain data', extensions: ['timestamp'], value: nested(scalar) },
  {
    what: 'plain data and a class',
    extensions: ['timestamp', POINT],
    value: nested(
      fc.oneof(
        scalar,
        fc.nat({ max: 255 }).map((x) => new Point(x)),
      ),
    ),
  },
  {
    what: 'every extension',
    extensions: ['timestamp', 'set', 'error', 'typed-array', 'regexp', POINT],
    value: nested(
      fc.oneof(
        scalar,
        fc.array(fc.integer()).map((items) => new Set(items)),
        fc.float64Array({ maxLength: 5 }),
        fc.int16Array({ maxLength: 5 }),
        fc.constantFrom(/a+b/giu, /^$/),
      ),
    ),
  },
];

/** The same values over and over, in an order of its own each time, so that what was learned from some meets the others. */
function repeated(values: readonly unknown[], times: number): unknown[] {
  return Array.from({ length: times }, (_, round) => [
    ...values.slice(round % values.length),
    ...values.slice(0, round % values.length),
  ]).flat();
}

/** Messages of msgpackr as the frames of one stream. */
function framed(messages: readonly Uint8Array[]): Uint8Array {
  let sequence = 0;
  return concat(
    messages.map((message) => {
      const frame = new Uint8Array(HEADER_BYTES + message.length);
      frame.set(message, HEADER_BYTES);
      writeHeader(frame, sequence);
      sequence = nextSequence(sequence);
      return frame;
    }),
  );
}

function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.slice(index * size, (index + 1) * size),
  );
}

/** A reader of msgpackr with the settings that stand for the codec's options. */
function unpackr(): Unpackr {
  return new Unpackr({ sequential: true, structures: [], maxSharedStructures: 0, mapsAsObjects: true });
}

/** A Buffer is how msgpackr gives bytes to Node; the codec gives a Uint8Array. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, plain(field)]));
}

function assertSame(actual: readonly unknown[], expected: readonly unknown[]): void {
  assert.is(actual.length, expected.length);
  for (let index = 0; index < expected.length; index++) {
    if (!isDeepStrictEqual(actual[index], expected[index])) assert.equal(actual[index], expected[index]);
    assert.ok(isDeepStrictEqual(actual[index], expected[index]), `value ${index} is not the same`);
  }
}

const seed = Number(process.env.OXBOW_SEED ?? Date.now() % 2 ** 31);
console.log(`fast-check seed ${seed} (repeat with OXBOW_SEED=${seed})`);

const test = suite('msgpackStream() and msgpackr');

for (const { what, extensions, value } of MODES) {
  const codec: Codec<unknown> = msgpackStream({ extensions });
  const values = fc.array(value, { minLength: 1, maxLength: 5 });
  const size = fc.constantFrom(7, 100, 64 * 1024);

  test(`${what}: the decoder reads msgpackr's messages as msgpackr does`, () => {
    fc.assert(
      fc.property(values, fc.boolean(), size, (originals, asMaps, chunkBytes) => {
        const packr = new Packr({
          // "__keys__" is what msgpackr calls something of its own among its records: an object with such a key confuses it.
          useRecords: (object: object) => !asMaps && !Object.hasOwn(object, '__keys__'),
          sequential: true,
          moreTypes: what === 'every extension',
          variableMapSize: true,
          encodeUndefinedAsNil: true,
        });
        const messages = repeated(originals, 12).map((original) => new Uint8Array(packr.pack(original)));
        const reader = unpackr();
        const expected = messages.map((message) => plain(reader.unpack(message)));
        const { values: decoded, error } = feed(codec, cut(framed(messages), chunkBytes));
        assert.is(error, undefined);
        assertSame(decoded, expected);
      }),
      { seed, numRuns: 40 },
    );
  });

  test(`${what}: msgpackr reads the encoder's frames as the decoder does`, () => {
    fc.assert(
      fc.property(values, size, (originals, chunkBytes) => {
        const encoder = codec.encoder();
        const bytes = concat(repeated(originals, 12).map((original) => encoder.encode(original)));
        // A frame is three values: its length, its number and the message.
        const all = unpackr().unpackMultiple(bytes) as unknown[];
        const expected = all.filter((_, index) => index % 3 === 2).map(plain);
        const { values: decoded, error } = feed(codec, cut(bytes, chunkBytes));
        assert.is(error, undefined);
        assertSame(decoded, expected);
      }),
      { seed, numRuns: 40 },
    );
  });
}

test('more shapes than a stream has ids are read alike', () => {
  const encoder = msgpackStream().encoder();
  const originals = Array.from({ length: 3000 }, (_, index) => ({
    [`k${index % 90}`]: index % 3 === 0 ? 'x' : index,
    nested: { [`l${index % 70}`]: index % 5 === 0 ? null : `é${index}` },
  }));
  const bytes = concat(originals.map((original) => encoder.encode(original)));
  const all = unpackr().unpackMultiple(bytes) as unknown[];
  const { values: decoded } = feed(msgpackStream(), cut(bytes, 1000));
  assertSame(decoded, originals);
  assertSame(
    decoded,
    all.filter((_, index) => index % 3 === 2),
  );
});

test.run();
