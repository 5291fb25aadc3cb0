import { assert, everySplit, suite } from '@oxbow/testkit';
import { type Codec, type Extension, type ExtensionClass, msgpack, msgpackStream } from '../../src/index.ts';
import { concat, describe, errorOf, feed, hex } from '../feed.ts';

/** Types compare by their parts, so that a RegExp or an Error is what it was. */
const SAMPLES: readonly [Extension, unknown, (value: never) => unknown][] = [
  ['timestamp', new Date(1_700_000_000_123), (value: Date) => value.getTime()],
  ['timestamp', new Date(-1), (value: Date) => value.getTime()],
  ['timestamp', new Date(8.64e15), (value: Date) => value.getTime()],
  [
    'map',
    new Map<unknown, unknown>([
      [1, { a: 1 }],
      ['b', new Map([[null, 2]])],
    ]),
    (value: Map<unknown, unknown>) => [...value],
  ],
  ['set', new Set([1, 'a', [2]]), (value: Set<unknown>) => [...value]],
  ['regexp', /a+b/gi, (value: RegExp) => String(value)],
  [
    'error',
    new TypeError('wrong', { cause: { code: 1 } }),
    (value: Error) => [value.name, value.message, value.cause, value instanceof TypeError],
  ],
  ['typed-array', Float64Array.of(1.5, -2), (value: Float64Array) => [value.constructor.name, ...value]],
  ['typed-array', Uint8Array.of(1, 2), (value: Uint8Array) => [value.constructor.name, ...value]],
  ['typed-array', new ArrayBuffer(3), (value: ArrayBuffer) => [value.constructor.name, value.byteLength]],
];

const MODES: readonly [string, (extensions?: readonly Extension[]) => Codec<unknown>][] = [
  ['msgpack()', (extensions) => msgpack(extensions === undefined ? {} : { extensions })],
  ['msgpackStream()', (extensions) => msgpackStream(extensions === undefined ? {} : { extensions })],
];

for (const [mode, build] of MODES) {
  const test = suite(`${mode} extensions`);

  for (const [extension, value, parts] of SAMPLES) {
    const what = (value as object).constructor.name;
    test(`${what} comes back when '${String(extension)}' is allowed, at every cut`, () => {
      const codec = build([extension]);
      const bytes = codec.encode({ list: [value, { a: 70 }] });
      everySplit(bytes, (chunks) => {
        const { values, error } = feed(codec, chunks);
        assert.is(error, undefined);
        const { list } = values[0] as { list: [never, unknown] };
        assert.equal(parts(list[0]), parts(value as never));
        assert.equal(list[1], { a: 70 });
      });
    });

    test(`${what} is refused in both directions when '${String(extension)}' is not allowed`, () => {
      const bytes = build([extension]).encode(value);
      const strict = build([]);
      if (!(value instanceof Uint8Array))
        assert.is(errorOf(() => strict.encode(value)).code, 'ERR_OXBOW_CODEC_UNENCODABLE');
      if (value instanceof Map) return;
      const error = errorOf(() => strict.decode(bytes));
      assert.is(error.code, 'ERR_OXBOW_CODEC_EXTENSION_REFUSED');
      assert.ok(error.message.includes(String(extension)), error.message);
    });
  }

  test('by default Date is the only one', () => {
    const codec = build();
    assert.equal(codec.decode(codec.encode(new Date(5))), new Date(5));
    for (const [extension, value] of SAMPLES.filter(([name]) => name !== 'timestamp')) {
      const bytes = build([extension]).encode(value);
      if (!(value instanceof Map))
        assert.is(errorOf(() => codec.decode(bytes)).code, 'ERR_OXBOW_CODEC_EXTENSION_REFUSED');
    }
  });

  test('all of them at once nest in one another', () => {
    const codec = build(['timestamp', 'map', 'set', 'error', 'regexp', 'typed-array']);
    const value = new Map<unknown, unknown>([
      ['s', new Set([new Date(1), new Map([[1, Uint8Array.of(7)]])])],
    ]);
    const decoded = codec.decode(codec.encode(value)) as Map<string, Set<unknown>>;
    const [date, map] = [...decoded.get('s')!] as [Date, Map<number, Uint8Array>];
    assert.equal([date, map.get(1)], [new Date(1), Uint8Array.of(7)]);
  });

  test.run();
}

class Point {
  readonly x: number;
  readonly y: number;

  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
}

const point: ExtensionClass<Point> = {
  type: 7,
  class: Point,
  encode: ({ x, y }) => Uint8Array.of(x, y),
  decode: (bytes) => new Point(bytes[0]!, bytes[1]!),
};

class Blob {
  readonly length: number;

  constructor(length: number) {
    this.length = length;
  }
}

const blob: ExtensionClass<Blob> = {
  type: 8,
  class: Blob,
  encode: ({ length }) => new Uint8Array(length),
  decode: (bytes) => new Blob(bytes.length),
};

const classes = suite('a class as an extension');

classes('comes back as an instance, at every cut', () => {
  const codec = msgpack({ extensions: [point] });
  everySplit(codec.encode({ at: new Point(3, 4), n: 100 }), (chunks) => {
    const { at, n } = feed(codec, chunks).values[0] as { at: Point; n: number };
    assert.instance(at, Point);
    assert.equal([at.x, at.y, n], [3, 4, 100]);
  });
});

classes('with payloads of every header form', () => {
  const codec = msgpack({ extensions: [blob] });
  for (const length of [0, 1, 2, 3, 4, 5, 8, 12, 16, 17, 255, 256, 65_535, 65_536]) {
    const bytes = codec.encode([new Blob(length), 'after']);
    assert.equal(codec.decode(bytes), [new Blob(length), 'after']);
  }
});

classes('is refused by a codec that does not list it', () => {
  const bytes = msgpack({ extensions: [point] }).encode(new Point(1, 2));
  assert.match(errorOf(() => msgpack().encode(new Point(1, 2))).message, /an instance of Point/);
  const error = errorOf(() => msgpack().decode(bytes));
  assert.equal([error.code, error.offset], ['ERR_OXBOW_CODEC_EXTENSION_REFUSED', 0]);
  assert.match(error.message, /type: 7/);
});

classes('what its decoder throws is the cause of the error', () => {
  const cause = new Error('no point');
  const broken: ExtensionClass<Blob> = {
    ...blob,
    type: 9,
    decode: () => {
      throw cause;
    },
  };
  const codec = msgpack({ extensions: [broken] });
  const error = errorOf(() => codec.decode(hex('d409 00')));
  assert.equal([error.code, error.cause], ['ERR_OXBOW_CODEC_INVALID_MSGPACK', cause]);
});

classes('a bad definition is refused', () => {
  for (const entry of [{ ...point, type: 0 }, { ...point, type: 64 }, { ...point, encode: undefined }, 7]) {
    assert.is(
      errorOf(() => msgpack({ extensions: [entry as Extension] })).code,
      'ERR_OXBOW_CODEC_INVALID_OPTION',
    );
  }
  assert.match(errorOf(() => msgpack({ extensions: [point as never, { ...point }] })).message, /given twice/);
});

classes.run();

const malformed = suite('malformed extensions');

const ALL: readonly Extension[] = ['timestamp', 'set', 'error', 'regexp', 'typed-array'];

for (const [what, bytes] of [
  ['a timestamp of a wrong length', 'd5ff 0000'],
  ['a set of something else than an array', 'd47300 01'],
  ['a set in another header form', 'c70173 00'],
  ['an error without a name', 'd46500 93 01 a161 c0'],
  ['an error named like an inherited property', 'd46500 93 ab636f6e7374727563746f72 a161 c0'],
  ['an error that is too short', 'd46500 91 a161'],
  ['a pattern that does not compile', 'd47800 92 a128 a0'],
  ['a typed array of no known kind', 'd47463'],
  ['a typed array of half an element', 'd57406 01'],
  ['an unbounded integer', 'c70942 000000000000000000'],
  ['a reference to another value', 'd670 00000001'],
  ['a bundle of strings', 'd662 00000001 c101'],
  ['undefined, as some write it', 'd40000'],
  ['a type nobody uses', 'd4c800'],
] as const) {
  malformed(`${what} is an error, at every cut`, () => {
    const codec = msgpack({ extensions: ALL });
    const input = concat([hex('91'), hex(bytes)]);
    const whole = feed(codec, [input.slice()]);
    assert.ok(whole.error !== undefined);
    everySplit(input, (chunks) => {
      assert.equal(describe(feed(codec, chunks).error), describe(whole.error));
    });
  });
}

malformed.run();
