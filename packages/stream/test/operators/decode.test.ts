import { jsonl, lines } from '@oxbow/codec';
import { type DecoderSource, decode, encode, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { map } from 'rxjs';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('decode');

test('does what its drawing shows', () =>
  assertDrawing('decode', ({ source }) =>
    source.pipe(
      map((x) => new TextEncoder().encode(x === 'n' ? '\n' : x)),
      decode(lines()),
    ),
  ));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('decodes the same values wherever the bytes are cut', async () => {
  const text = bytes('one\ntwo\nthree\n');
  for (let cut = 0; cut <= text.length; cut++) {
    const chunks = [text.slice(0, cut), text.slice(cut)];
    assert.equal(
      await Stream.from(chunks).pipe(decode(lines())).collect(),
      ['one', 'two', 'three'],
      `cut at ${cut}`,
    );
  }
});

test('one chunk of many values is one emission, held where the consumer is full', async () => {
  const many: DecoderSource<number> = {
    decoder: () => ({ decode: () => Array.from({ length: 5000 }, (_, i) => i), end: () => [-1] }),
  };
  const seen: number[] = [];
  const stream = Stream.from([new Uint8Array(1), new Uint8Array(1)]).pipe(
    decode(many),
    map((x) => x),
  );
  for await (const value of stream) seen.push(value);
  assert.is(seen.length, 10_001);
  assert.equal(seen.slice(4998, 5002), [4998, 4999, 0, 1]);
  assert.is(seen.at(-1), -1);
});

test('errors of the codec end the stream after the values before them', async () => {
  const seen: unknown[] = [];
  await Stream.from([bytes('{"a":1}\n'), bytes('nonsense\n')])
    .pipe(decode(jsonl()))
    .forEach((value) => {
      seen.push(value);
    })
    .catch((error: { code: string }) => seen.push(error.code.startsWith('ERR_OXBOW_CODEC')));
  assert.equal(seen, [{ a: 1 }, true]);
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  const failed = await Stream.from([cyclic])
    .pipe(encode(jsonl()))
    .collect()
    .catch((error: { code: string }) => error.code.startsWith('ERR_OXBOW_CODEC'));
  assert.ok(failed);
});

test('refuses what is no codec', () => {
  assert.throws(() => encode({} as never), /encoder/);
  assert.throws(() => decode({} as never), /decoder/);
});

/** Gives each byte of a chunk; at a 0 it fails with the bytes before it, as the decoders of @oxbow/codec do. */
const untilZero = {
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
    await source.pipe(decode(untilZero)).forEach((value) => {
      seen.push(value);
    });
  } catch (error) {
    failure = error;
  }
  assert.equal(seen, [1, 2, 3, 4]);
  assert.match(String(failure), /zero/);
});

test.run();
