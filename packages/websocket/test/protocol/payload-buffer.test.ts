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

test('takes no memory for an announced length', () => {
  const buffer = new PayloadBuffer();
  buffer.append(Uint8Array.of(1), 0, 1, 100_000_000);
  const taken = buffer.take();
  assert.equal([taken.length, taken.buffer.byteLength], [1, 1]);
});

test.run();
