import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { PayloadBuffer } from '../../src/protocol/payload-buffer.ts';

const test = suite('payload buffer');

test('gives back the pieces in one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 900 }), { maxLength: 8 }),
      fc.nat(5_000),
      (pieces, expected) => {
        const buffer = new PayloadBuffer();
        for (const piece of pieces) buffer.append(piece, 0, piece.length, expected);
        const whole = pieces.flatMap((piece) => [...piece]);
        assert.is(buffer.length, whole.length);
        assert.equal([...buffer.take()], whole);
        assert.is(buffer.length, 0);
      },
    ),
  );
});

test('copies: the pieces may change afterwards', () => {
  const buffer = new PayloadBuffer();
  const piece = Uint8Array.of(1, 2, 3);
  buffer.append(piece, 1, 3, 2);
  piece.fill(9);
  assert.equal([...buffer.take()], [2, 3]);
});

test('ends in memory of its own size when the length was known', () => {
  const buffer = new PayloadBuffer();
  for (let i = 0; i < 3_000; i += 1) buffer.append(Uint8Array.of(i), 0, 1, 3_000);
  assert.is(buffer.take().buffer.byteLength, 3_000);
});

test('a message in a hundred thousand pieces moves a few times, whatever its end is known to be', () => {
  for (const mostLength of [800_000, 1_048_576, Number.MAX_SAFE_INTEGER]) {
    const buffer = new PayloadBuffer();
    const piece = new Uint8Array(8).fill(7);
    const memories = new Set<ArrayBufferLike>();
    for (let i = 0; i < 100_000; i += 1) {
      buffer.append(piece, 0, 8, mostLength);
      memories.add(buffer.peek().buffer);
    }
    assert.ok(memories.size <= 12, `it moved ${memories.size} times`);
    assert.ok(buffer.peek().buffer.byteLength <= Math.min(mostLength, 2_000_000));
    assert.is(buffer.take().length, 800_000);
  }
});

test('memory that cannot be had is a message too big, not a crash', () => {
  const buffer = new PayloadBuffer();
  const huge = { length: 2 ** 53, subarray: () => huge } as unknown as Uint8Array;
  try {
    buffer.append(huge, 0, 2 ** 53 - 1, Number.POSITIVE_INFINITY);
    assert.unreachable();
  } catch (error) {
    assert.is((error as { closeCode: number }).closeCode, 1009);
  }
});

test('takes no memory for an announced length', () => {
  const buffer = new PayloadBuffer();
  buffer.append(Uint8Array.of(1), 0, 1, 100_000_000);
  const taken = buffer.take();
  assert.equal([taken.length, taken.buffer.byteLength], [1, 1]);
});

test.run();
