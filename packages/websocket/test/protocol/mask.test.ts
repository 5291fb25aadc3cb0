import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { applyMask } from '../../src/protocol/mask.ts';

const test = suite('§5.3 client-to-server masking');

function naive(bytes: Uint8Array, key: readonly number[], phase: number): number[] {
  return [...bytes].map((byte, i) => byte ^ key[(i + phase) % 4]!);
}

const anyKey = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 });

function word(key: readonly number[]): number {
  return key[0]! | (key[1]! << 8) | (key[2]! << 16) | (key[3]! << 24);
}

test('XORs octet i with octet i mod 4 of the key, at any alignment, length and phase', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      anyKey,
      fc.nat(11),
      fc.nat(9),
      (payload, key, phase, offset) => {
        const memory = new Uint8Array(offset + payload.length + 5).fill(0xee);
        memory.set(payload, offset);
        applyMask(memory, offset, offset + payload.length, word(key), phase);
        assert.equal([...memory.subarray(offset, offset + payload.length)], naive(payload, key, phase));
        assert.ok(memory.subarray(0, offset).every((byte) => byte === 0xee));
        assert.ok(memory.subarray(offset + payload.length).every((byte) => byte === 0xee));
      },
    ),
    { numRuns: 500 },
  );
});

test('works on a view that does not begin at a word', () => {
  const memory = new Uint8Array(203);
  const view = memory.subarray(3, 200);
  applyMask(view, 1, 190, 0x04030201, 0);
  assert.equal([...view.subarray(0, 6)], [0, 1, 2, 3, 4, 1]);
  assert.is(view[190], 0);
});

test('applied twice gives back what it began with', () => {
  const bytes = Uint8Array.from({ length: 1_000 }, (_, i) => i & 255);
  const copy = Uint8Array.from(bytes);
  applyMask(copy, 0, copy.length, -559038737, 3);
  applyMask(copy, 0, copy.length, -559038737, 3);
  assert.equal(copy, bytes);
});

test.run();
