// covers: src/operators/codec.ts
import { assert, suite } from '@oxbow/testkit';
import { decode } from '../../src/operators/codec.ts';
import { Stream } from '../../src/stream.ts';

const test = suite('decode() and a decoder that fails');

/** Gives each byte of a chunk; at a 0 it fails with the bytes before it, as the decoders of @oxbow/codec do. */
const bytes = {
  decoder: () => ({
    decode(chunk: Uint8Array): readonly number[] {
      const zero = chunk.indexOf(0);
      if (zero === -1) return [...chunk];
      throw Object.assign(new Error('zero'), { decoded: [...chunk.subarray(0, zero)] });
    },
    end: () => [],
  }),
};

test('the values before the error in its own chunk are delivered first', async () => {
  const seen: number[] = [];
  const source = Stream.from([Uint8Array.of(1, 2), Uint8Array.of(3, 4, 0, 5)]);
  let failure: unknown;
  try {
    await source.pipe(decode(bytes)).forEach((value) => {
      seen.push(value);
    });
  } catch (error) {
    failure = error;
  }
  assert.equal(seen, [1, 2, 3, 4]);
  assert.match(String(failure), /zero/);
});

test.run();
