import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { Packr, Unpackr } from 'msgpackr';
import { EXTENSION_TYPE } from '../../src/msgpack/extensions.ts';
import { MessageScanner } from '../../src/msgpack/message-scanner.ts';
import { GIVEN_UP, type ReaderRules, ValueReader } from '../../src/msgpack/value-reader.ts';
import { concat, hex } from '../feed.ts';

const RULES: ReaderRules = { maxDepth: 5, timestamps: true, int64: 'bigint' };
const DEFINITIONS = [['a', 'b'], ['c']];

/** What a reader that knows two records makes of `bytes`, which lie in the middle of other bytes. */
function read(bytes: Uint8Array, rules: Partial<ReaderRules> = {}): unknown {
  const reader = new ValueReader({ ...RULES, ...rules });
  reader.define(DEFINITIONS);
  reader.begin(concat([hex('a161'), bytes, hex('c0c0c0c0c0c0c0c0c0')]));
  return reader.message(2, 2 + bytes.length);
}

function scanner(): MessageScanner {
  const allowedTypes = new Uint8Array(256);
  allowedTypes[EXTENSION_TYPE.timestamp] = 1;
  const rules = { where: 'x()', maxDepth: RULES.maxDepth, maxFrameBytes: 10_000, allowedTypes };
  const knowing = new MessageScanner({ ...rules, typedArrays: false, records: true, maps: false });
  for (const definition of ['d47240 92 a161 a162 c0 c0', 'd47241 91 a163 c0'].map(hex))
    knowing.scan(definition, 0, definition.length, 0);
  return knowing;
}

/** A reader whose records are read by functions that expect the values of `example`, in as many fields as there are. */
function expecting(
  definitions: readonly (readonly string[])[],
  examples: readonly Uint8Array[],
): ValueReader {
  const reader = new ValueReader(RULES);
  reader.define(definitions);
  for (const example of examples) {
    reader.begin(example);
    for (let round = 0; round < 20; round++) reader.message(0, example.length);
  }
  return reader;
}

const test = suite('ValueReader');

test('reads every plain token', () => {
  for (const [bytes, value] of [
    ['00', 0],
    ['3f', 63],
    ['ff', -1],
    ['e0', -32],
    ['c0', null],
    ['c2', false],
    ['c3', true],
    ['ca3fc00000', 1.5],
    ['cb3ff8000000000000', 1.5],
    ['ccff', 255],
    ['cdffff', 65535],
    ['ceffffffff', 4294967295],
    ['cfffffffffffffffff', 2n ** 64n - 1n],
    ['d080', -128],
    ['d18000', -32768],
    ['d280000000', -2147483648],
    ['d38000000000000000', -(2n ** 63n)],
    ['a161', 'a'],
    ['d90161', 'a'],
    ['da000161', 'a'],
    ['db0000000161', 'a'],
    ['c401ff', Uint8Array.of(255)],
    ['c50001ff', Uint8Array.of(255)],
    ['c600000001ff', Uint8Array.of(255)],
    ['92 01 91 02', [1, [2]]],
    ['dc0001 01', [1]],
    ['dd00000001 01', [1]],
    ['81 a161 01', { a: 1 }],
    ['de0001 a161 01', { a: 1 }],
    ['df00000001 a161 01', { a: 1 }],
    ['40 01 41 02', { a: 1, b: { c: 2 } }],
    ['d6ff00000001', new Date(1000)],
    ['d7ff 003d0900 00000001', new Date(1001)],
  ] as const) {
    assert.equal(read(hex(bytes)), value, bytes);
  }
});

test('gives up on what is not its own to judge', () => {
  for (const [what, bytes] of [
    ['no value', ''],
    ['two values', '01 02'],
    ['a record that is not defined', '42 01'],
    ['a definition', 'd47240 91a161 01'],
    ['another extension', 'c70301 000000'],
    ['the token that means nothing', 'c1'],
    ['a __proto__ key', '81 a95f5f70726f746f5f5f 01'],
    ['a __proto__ key in a longer form', '81 d9095f5f70726f746f5f5f 01'],
    ['a key that is a number', '81 01 01'],
    ['a length beyond the end', 'dbffffffff 00'],
    ['items beyond the end', 'ddffffffff 00'],
    ['fields beyond the end', '40 01'],
  ] as const) {
    assert.is(read(hex(bytes)), GIVEN_UP, what);
  }
  assert.is(read(hex('d6ff00000001'), { timestamps: false }), GIVEN_UP);
});

test('gives up on a string in an array that announces more than follows, in the chunk or in the message', () => {
  for (const behind of [[], [0xc0], [0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0, 0xc0]]) {
    const bytes = Uint8Array.of(0x91, 0xa6, 0x61, ...behind);
    const reader = new ValueReader(RULES);
    reader.begin(bytes);
    assert.is(reader.message(0, 3), GIVEN_UP);
  }
});

test('maxDepth containers pass, one more does not, whatever they are', () => {
  for (const container of ['91', '81a161', '41', 'dc0001', 'de0001a161']) {
    assert.is.not(read(hex(`${container.repeat(5)}c0`)), GIVEN_UP);
    assert.is(read(hex(`${container.repeat(6)}c0`)), GIVEN_UP);
    assert.is(read(hex(`${container.repeat(5)}90`)), GIVEN_UP);
  }
});

test('64-bit integers that a number holds exactly are numbers on request', () => {
  const rules = { int64: 'number-when-safe' } as const;
  assert.is(read(hex('cf0020000000000000'), rules), 2 ** 53);
  assert.is(read(hex('cf0020000000000001'), rules), 2n ** 53n + 1n);
  assert.is(read(hex('d3ffe0000000000000'), rules), -(2 ** 53));
  assert.is(read(hex('d3ffdfffffffffffff'), rules), -(2n ** 53n) - 1n);
});

test('a definition is replaced by a later one, and only by that', () => {
  const reader = new ValueReader(RULES);
  const message = hex('40 01');
  const readOnce = (): unknown => {
    reader.begin(message);
    return reader.message(0, message.length);
  };
  reader.define([['x']]);
  assert.equal(readOnce(), { x: 1 });
  reader.define([undefined]);
  assert.equal(readOnce(), { x: 1 });
  reader.define([['y']]);
  assert.equal(readOnce(), { y: 1 });
});

test('lets go of the chunk, and its values never point into it', () => {
  const reader = new ValueReader(RULES);
  const chunk = hex('92 c402aabb a3616263');
  reader.begin(chunk);
  const value = reader.message(0, chunk.length);
  chunk.fill(0);
  assert.equal(value, [hex('aabb'), 'abc']);
  reader.release();
  assert.is(reader.message(0, 1), GIVEN_UP);
});

test('whatever it reads, the scanner passes and msgpackr reads alike', () => {
  const tokens = fc.constantFrom(
    ...'00 3f 40 41 42 7f 80 81 82 90 91 92 a0 a161 a95f5f70726f746f5f5f c0 c1 c2 c3 c401 c50001 ca3f800000 cb3ff8000000000000'.split(
      ' ',
    ),
    ...'cc80 cd0100 ce00010000 cf00 d0ff d1ff00 d2 d3 d47240 d6ff d7ff d80 d901 da0001 db00000001 dc0001 dd00000001 de0001 df00000001 e0 ff'.split(
      ' ',
    ),
  );
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(tokens, { maxLength: 12 }), (parts) => {
      const bytes = hex(parts.join(''));
      const value = read(bytes);
      if (value === GIVEN_UP) return;
      accepted++;
      scanner().scan(bytes, 0, bytes.length, 0);
      const unpackr = new Unpackr({
        structures: DEFINITIONS.map((names) => [...names]),
        sequential: true,
        mapsAsObjects: true,
      });
      const expected: unknown = unpackr.unpack(bytes);
      assert.equal(value, expected instanceof Buffer ? new Uint8Array(expected) : expected);
    }),
    { numRuns: 10_000 },
  );
  assert.ok(accepted > 200, `only ${accepted} messages were read`);
});

test('a record is read alike whatever its fields were expected to hold', () => {
  const kinds = ['07', 'cb3ff8000000000000', 'a161', 'c3', '9101', '4107', 'c0'];
  const tokens = fc.constantFrom(
    ...'00 3f 40 41 42 7f 80 90 91 92 a0 a161 a3616263 a8c3a9c3a9c3a9c3a9 c0 c1 c2 c3 c400 c40100 ca3f800000 cb3ff8000000000000 cb3ff8'.split(
      ' ',
    ),
    ...'cc80 cc cd0100 cd01 ce00010000 cf00 d0ff d1ff00 d6ff00000001 d90161 d9 d905 da000161 dc0001 dd00000001 de0001a161 e0 ff'.split(
      ' ',
    ),
  );
  const kind = fc.constantFrom(...kinds);
  let accepted = 0;
  fc.assert(
    fc.property(kind, kind, fc.array(tokens, { maxLength: 5 }), (first, second, parts) => {
      const reader = expecting(DEFINITIONS, [hex(`41 ${first}`), hex(`40 ${first} ${second}`)]);
      const bytes = hex(`40 ${parts.join('')}`);
      const inChunk = concat([bytes, hex('a0a0c0c000')]);
      for (const chunk of [bytes, inChunk]) {
        reader.begin(chunk);
        const value = reader.message(0, bytes.length);
        assert.equal(value, read(bytes));
        if (value !== GIVEN_UP) accepted++;
      }
    }),
    { numRuns: 10_000 },
  );
  assert.ok(accepted > 1000, `only ${accepted} messages were read`);
});

test('records count as depth when they are read by functions, too', () => {
  const names = [['x']];
  const nested = (depth: number): Uint8Array => hex(`${'40'.repeat(depth)}c0`);
  const reader = expecting(names, [nested(RULES.maxDepth)]);
  reader.begin(nested(RULES.maxDepth));
  assert.is.not(reader.message(0, RULES.maxDepth + 1), GIVEN_UP);
  reader.begin(nested(RULES.maxDepth + 1));
  assert.is(reader.message(0, RULES.maxDepth + 2), GIVEN_UP);
  const lists = expecting(names, [hex('40 91 c0')]);
  const within = hex(`40${'91'.repeat(RULES.maxDepth - 1)}c0`);
  lists.begin(within);
  assert.is.not(lists.message(0, within.length), GIVEN_UP);
  const beyond = hex(`40${'91'.repeat(RULES.maxDepth)}c0`);
  lists.begin(beyond);
  assert.is(lists.message(0, beyond.length), GIVEN_UP);
});

test('whatever msgpackr writes of plain data is read', () => {
  const packr = new Packr({ useRecords: false, variableMapSize: true });
  const key = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((name) => name !== '__proto__');
  const value = fc.letrec((tie) => ({
    leaf: fc.oneof(
      fc.integer(),
      fc.double(),
      fc.string({ unit: 'grapheme', maxLength: 90 }),
      fc.boolean(),
      fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(2 ** 33) }),
    ),
    node: fc.oneof(
      { maxDepth: 3 },
      tie('leaf'),
      fc.array(tie('node')),
      fc.dictionary(key, tie('node'), { noNullPrototype: true }),
    ),
  })).node;
  fc.assert(
    fc.property(value, (sent) => {
      const bytes = new Uint8Array(packr.pack(sent));
      assert.equal(read(bytes), new Unpackr({ useRecords: false }).unpack(bytes));
    }),
  );
});

test.run();
