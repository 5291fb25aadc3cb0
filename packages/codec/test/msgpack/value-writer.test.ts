import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { Packr, Unpackr } from 'msgpackr';
import { ValueWriter, type WriterRules } from '../../src/msgpack/value-writer.ts';
import { hex } from '../feed.ts';

const RULES: WriterRules = { maxDepth: 5, maxFrameBytes: 10_000, timestamps: true, records: false };

const write = (value: unknown, rules: Partial<WriterRules> = {}): Uint8Array | undefined =>
  new ValueWriter({ ...RULES, ...rules }).message(value, 0);

const nested = (depth: number): unknown =>
  depth === 0 ? 1 : depth % 2 === 0 ? [nested(depth - 1)] : { a: nested(depth - 1) };

const test = suite('ValueWriter');

test('writes the shortest form of every plain value', () => {
  for (const [value, bytes] of [
    [0, '00'],
    [-0, '00'],
    [127, '7f'],
    [128, 'cc80'],
    [255, 'ccff'],
    [256, 'cd0100'],
    [65536, 'ce00010000'],
    [2 ** 32 - 1, 'ceffffffff'],
    [2 ** 32, 'cb41f0000000000000'],
    [-1, 'ff'],
    [-32, 'e0'],
    [-33, 'd0df'],
    [-128, 'd080'],
    [-129, 'd1ff7f'],
    [-32769, 'd2ffff7fff'],
    [1.5, 'cb3ff8000000000000'],
    [NaN, 'cb7ff8000000000000'],
    [1n, 'd30000000000000001'],
    [-(2n ** 63n), 'd38000000000000000'],
    [2n ** 64n - 1n, 'cfffffffffffffffff'],
    [null, 'c0'],
    [undefined, 'c0'],
    [true, 'c3'],
    [false, 'c2'],
    ['', 'a0'],
    ['é', 'a2c3a9'],
    ['\ud800', 'a3efbfbd'],
    ['a'.repeat(31), `bf${'61'.repeat(31)}`],
    ['a'.repeat(32), `d920${'61'.repeat(32)}`],
    ['a'.repeat(65), `d941${'61'.repeat(65)}`],
    ['a'.repeat(256), `da0100${'61'.repeat(256)}`],
    ['é'.repeat(16), `d920${'c3a9'.repeat(16)}`],
    [Uint8Array.of(1, 2), 'c4020102'],
    [Buffer.from([1]), 'c40101'],
    [new Uint8Array(256), `c50100${'00'.repeat(256)}`],
    [[1, [2]], '92019102'],
    [new Array(16), `dc0010${'c0'.repeat(16)}`],
    [{ a: 1, b: undefined }, '82a16101a162c0'],
    [new Date(1000), 'd6ff00000001'],
    [new Date(1001), 'd7ff003d090000000001'],
    [new Date(-1), 'c70cff3b8b87c0ffffffffffffffff'],
  ] as const) {
    assert.equal(write(value), hex(bytes), String(bytes));
  }
});

test('with records, names are written once and the numbers from 0x40 on in two bytes', () => {
  const writer = new ValueWriter({ ...RULES, records: true });
  assert.equal(writer.message({ a: 64 }, 0), hex('d4724091a161cc40'));
  assert.equal(writer.message({ a: { a: 1 } }, 0), hex('404001'));
  writer.forgetRecords();
  assert.equal(writer.message({ a: 1 }, 0), hex('d4724091a16101'));
});

test('leaves headroom, in memory of its own', () => {
  const writer = new ValueWriter(RULES);
  const [first, second] = [writer.message('a', 3)!, writer.message('b', 3)!];
  assert.equal([first.subarray(3), second.subarray(3)], [hex('a161'), hex('a162')]);
  assert.is.not(first.buffer, second.buffer);
  assert.is(first.buffer.byteLength, 5);
});

test('gives up on what is not plain, and goes on', () => {
  const writer = new ValueWriter(RULES);
  const thrower = {
    get a(): never {
      throw new Error('from a getter');
    },
  };
  for (const value of [
    () => 1,
    Symbol('x'),
    2n ** 64n,
    -(2n ** 63n) - 1n,
    new Map(),
    new Set(),
    /a/,
    new Error('a'),
    new Date(Number.NaN),
    new (class A {})(),
    Object.create({ a: 1 }),
    JSON.parse('{"__proto__":1}'),
    thrower,
    new Float64Array(1),
  ]) {
    assert.is(writer.message([value], 0), undefined);
    assert.equal(writer.message(1, 0), hex('01'));
  }
  assert.is(write(new Date(0), { timestamps: false }), undefined);
});

test('maxDepth containers pass, one more does not, empty or cyclic', () => {
  assert.ok(write(nested(5)));
  assert.is(write(nested(6)), undefined);
  assert.is(write([[[[[[]]]]]]), undefined);
  assert.is(write([[[[[{}]]]]]), undefined);
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  assert.is(write(cyclic), undefined);
});

test('maxFrameBytes pass, one more does not, whatever fills them', () => {
  const rules = { maxFrameBytes: 100 };
  for (const [fits, over] of [
    ['a'.repeat(98), 'a'.repeat(99)],
    ['é'.repeat(49), 'é'.repeat(50)],
    [new Uint8Array(98), new Uint8Array(99)],
    [new Array(97).fill(0), new Array(98).fill(0)],
    [[[...'a'.repeat(48)]], [[...'a'.repeat(49)]]],
  ]) {
    assert.ok(write(fits, rules)!.length <= 100);
    assert.is(write(over, rules), undefined);
  }
  // Ten levels of a hundred references each would be 10^20 values.
  let shared: unknown = 1;
  for (let level = 0; level < 10; level++) shared = new Array(100).fill(shared);
  assert.is(write(shared, { maxDepth: 20, maxFrameBytes: 2 ** 20 }), undefined);
});

test('a getter that writes with the same writer does not disturb the value around it', () => {
  const writer = new ValueWriter(RULES);
  let inner: unknown = 'not asked';
  const value = {
    get a(): number {
      inner = writer.message('inner', 0);
      return 1;
    },
  };
  assert.equal(writer.message(value, 0), hex('81a16101'));
  assert.is(inner, undefined);
});

test('msgpackr reads what it writes, with records and without', () => {
  const key = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((name) => name !== '__proto__');
  const value = fc.letrec((tie) => ({
    leaf: fc.oneof(
      fc.integer(),
      fc.double().map((number) => (Object.is(number, -0) ? 0 : number)),
      fc.string({ unit: 'grapheme', maxLength: 90 }),
      fc.boolean(),
      fc.date({ noInvalidDate: true }),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
    ),
    node: fc.oneof(
      { maxDepth: 3 },
      tie('leaf'),
      fc.array(tie('node')),
      fc.dictionary(key, tie('node'), { noNullPrototype: true }),
    ),
  })).node;
  fc.assert(
    fc.property(fc.array(value, { maxLength: 5 }), (values) => {
      const plain = new ValueWriter({ ...RULES, maxDepth: 20 });
      const sharing = new ValueWriter({ ...RULES, maxDepth: 20, records: true });
      const plainUnpackr = new Unpackr({ useRecords: false });
      const sharingUnpackr = new Unpackr({ sequential: true, mapsAsObjects: true });
      for (const sent of values) {
        assert.equal(plainUnpackr.unpack(plain.message(sent, 0)!), sent);
        assert.equal(sharingUnpackr.unpack(sharing.message(sent, 0)!), sent);
      }
    }),
  );
});

test('writes what msgpackr would', () => {
  const packr = new Packr({ useRecords: false, variableMapSize: true });
  const sample = {
    a: [1, -1, 1.5, 300, 70_000, 'x', null, true],
    when: new Date(1_700_000_000_123),
    big: 5n,
  };
  assert.equal(write(sample), new Uint8Array(packr.pack(sample)));
});

test.run();
