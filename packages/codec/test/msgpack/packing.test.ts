import { assert, suite } from '@oxbow/testkit';
import { type ExtensionClass, ExtensionWhitelist } from '../../src/msgpack/extensions.ts';
import { createPacker, createUnpacker, type PackingRules } from '../../src/msgpack/packing.ts';
import { hex } from '../feed.ts';

const test = suite('packing');

const rules = (
  records: PackingRules['records'],
  extensions = new ExtensionWhitelist('x()', []),
): PackingRules => ({
  extensions,
  records,
  int64: 'bigint',
});

test('shared records are defined once, and again after they were forgotten', () => {
  const packer = createPacker(rules('shared'));
  const definition = hex('d47240 91 a161 01');
  assert.equal(new Uint8Array(packer.pack({ a: 1 }, true)), definition);
  assert.equal(new Uint8Array(packer.pack({ a: 1 }, true)), hex('40 01'));
  packer.forgetRecords();
  assert.equal(new Uint8Array(packer.pack({ a: 1 }, true)), definition);
});

test('own records are defined in every message', () => {
  const packer = createPacker(rules('own'));
  for (let turn = 0; turn < 2; turn++) {
    assert.equal(new Uint8Array(packer.pack([{ a: 1 }, { a: 2 }], true)), hex('92 d47240 91 a161 01 40 02'));
  }
});

test('unpacks a part of a larger buffer', () => {
  assert.equal(createUnpacker(rules('none')).one(hex('ff 92 01 02 ff'), 1, 4), [1, 2]);
});

test('an extension may pack with the same packer in the middle of a value', () => {
  class Wrapped {
    readonly value: unknown;

    constructor(value: unknown) {
      this.value = value;
    }
  }
  const entry: ExtensionClass<Wrapped> = {
    type: 21,
    class: Wrapped,
    encode: ({ value }) => new Uint8Array(packer.pack(value, true)),
    decode: (bytes) => new Wrapped(unpacker.one(bytes, 0, bytes.length)),
  };
  const whitelist = new ExtensionWhitelist('x()', [entry]);
  const packer = createPacker(rules('none', whitelist));
  const unpacker = createUnpacker(rules('none', whitelist));
  const bytes = new Uint8Array(packer.pack([new Wrapped({ inner: [1] }), { after: 2 }], false));
  assert.equal(unpacker.one(bytes, 0, bytes.length), [new Wrapped({ inner: [1] }), { after: 2 }]);
});

test('reads several values at once, in one call', () => {
  const { many } = createUnpacker(rules('none'));
  assert.equal(many!(hex('ff 01 92 02 03 a161 ff'), 1, 7, 3), [1, [2, 3], 'a']);
});

test('when one of several values cannot be read, the records defined before hold', () => {
  const whitelist = new ExtensionWhitelist('x()', ['regexp']);
  const unpacker = createUnpacker(rules('shared', whitelist));
  assert.equal(unpacker.one(hex('d47240 91 a161 01'), 0, 7), { a: 1 });
  const bytes = hex('4002 d47240 91 a162 03 d47800 92 a128 a0');
  assert.throws(() => unpacker.many!(bytes, 0, bytes.length, 3));
  assert.equal(unpacker.one(bytes, 0, 2), { a: 2 });
});

test('many values larger than what is kept between calls', () => {
  const { many } = createUnpacker(rules('none'));
  const bytes = new Uint8Array(300_000).fill(7);
  assert.is(many!(bytes, 0, bytes.length, bytes.length).length, 300_000);
});

test.run();
