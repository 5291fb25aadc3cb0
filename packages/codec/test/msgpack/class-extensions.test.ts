import { assert, suite } from '@oxbow/testkit';
import { addExtension, pack, unpack } from 'msgpackr';
import { type Codec, type ExtensionClass, msgpack, msgpackStream } from '../../src/index.ts';
import { errorOf, hex } from '../feed.ts';

class Point {
  readonly x: number;

  constructor(x: number) {
    this.x = x;
  }
}

class Meters {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

const point = (): ExtensionClass<Point> => ({
  type: 7,
  class: Point,
  encode: ({ x }) => Uint8Array.of(x),
  decode: (bytes) => new Point(bytes[0]!),
});

const meters: ExtensionClass<Meters> = {
  type: 7,
  class: Meters,
  encode: ({ value }) => Uint8Array.of(value, value),
  decode: (bytes) => new Meters(bytes[0]!),
};

const test = suite('class extensions');

for (const [mode, build] of [
  ['msgpack()', msgpack],
  ['msgpackStream()', msgpackStream],
] as const) {
  test(`${mode}: two codecs made alike work side by side`, () => {
    const make = (): Codec<unknown> => build({ extensions: [point()] });
    const [first, second] = [make(), make()];
    assert.equal(second.decode(first.encode(new Point(1))), new Point(1));
    assert.equal(first.decode(second.encode(new Point(2))), new Point(2));
  });

  test(`${mode}: one number may mean another class in another codec`, () => {
    const points = build({ extensions: [point()] });
    const lengths = build({ extensions: [meters] });
    const [a, b] = [points.encode([new Point(1)]), lengths.encode([new Meters(2)])];
    assert.equal(points.decode(a), [new Point(1)]);
    assert.equal(lengths.decode(b), [new Meters(2)]);
    assert.equal(points.decode(a), [new Point(1)]);
    assert.match(errorOf(() => points.encode(new Meters(1))).message, /an instance of Meters/);
  });

  test(`${mode}: one class may have another number in another codec`, () => {
    const seven = build({ extensions: [point()] });
    const eight = build({ extensions: [{ ...point(), type: 8 }] });
    assert.equal(eight.decode(eight.encode(new Point(1))), new Point(1));
    assert.is(
      errorOf(() => seven.decode(eight.encode(new Point(1)))).code,
      'ERR_OXBOW_CODEC_EXTENSION_REFUSED',
    );
  });

  test(`${mode}: instances within maps, sets, errors, arrays and objects`, () => {
    const codec = build({ extensions: [point(), 'map', 'set', 'error'] });
    const error = new RangeError('far', { cause: new Point(5) });
    const value = [new Map([[new Point(1), { at: [new Point(2)] }]]), new Set([new Point(3)]), error];
    const [map, set, thrown] = codec.decode(codec.encode(value)) as [
      Map<Point, { at: Point[] }>,
      Set<Point>,
      Error,
    ];
    assert.equal([...map], [[new Point(1), { at: [new Point(2)] }]]);
    assert.equal([...set], [new Point(3)]);
    assert.ok(thrown instanceof RangeError);
    assert.equal([thrown.message, thrown.cause], ['far', new Point(5)]);
  });

  test(`${mode}: an extension may use codecs of both kinds itself`, () => {
    const inner = msgpackStream<unknown>();
    const nested: ExtensionClass<Point> = {
      ...point(),
      encode: ({ x }) => {
        const encoder = inner.encoder();
        return Buffer.concat([encoder.encode({ x }), encoder.encode({ x: x + 1 })]);
      },
      decode: (bytes) => new Point((inner.decoder().decode(bytes)[1] as Point).x),
    };
    const codec = build({ extensions: [nested] });
    const bytes = codec.encode([new Point(1), { after: new Point(2) }, 'end']);
    assert.equal(codec.decode(bytes), [new Point(2), { after: new Point(3) }, 'end']);
  });
}

test('a program that uses msgpackr itself keeps its own meaning of a number, registered before or after', () => {
  class Theirs {
    readonly a: number;

    constructor(a: number) {
      this.a = a;
    }
  }
  const register = (unpackTo: (a: number) => unknown): void =>
    addExtension({
      Class: Theirs,
      type: 7,
      pack: ({ a }) => Buffer.of(a),
      unpack: (bytes) => unpackTo(bytes[0]!),
    });
  register((a) => new Theirs(a));
  const codec = msgpack({ extensions: [point()] });
  assert.equal(codec.decode(codec.encode(new Point(1))), new Point(1));
  assert.equal(unpack(pack(new Theirs(2))), new Theirs(2));
  register((a) => new Theirs(-a));
  assert.equal(codec.decode(codec.encode(new Point(3))), new Point(3));
  assert.equal(unpack(pack(new Theirs(4))), new Theirs(-4));
  assert.equal(codec.decode(codec.encode({ x: 5 })), { x: 5 });
});

test('a program that knows nothing of the classes sees none of them in msgpackr', () => {
  const codec = msgpack({ extensions: [{ ...point(), type: 9 }] });
  const bytes = codec.encode(new Point(1));
  codec.decode(bytes);
  assert.equal(unpack(pack(new Point(1))), { x: 1 });
  assert.throws(() => unpack(bytes), /[Uu]nknown extension/);
});

test('a reader that throws leaves nothing behind', () => {
  const fail = (): never => {
    throw new Error('no point');
  };
  const codec = msgpack({ extensions: [{ ...point(), type: 10, decode: fail }] });
  assert.is(errorOf(() => codec.decode(hex('d40a 01'))).code, 'ERR_OXBOW_CODEC_INVALID_MSGPACK');
  assert.throws(() => unpack(hex('d40a 01')), /[Uu]nknown extension/);
});

test.run();
