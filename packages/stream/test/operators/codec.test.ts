// covers: src/operators/expanding-stage.ts
import { jsonl, lines } from '@oxbow/codec';
import { type DecoderSource, decode, type EncoderSource, encode, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { map } from 'rxjs';

const test = suite('encode and decode');
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a codec of @oxbow/codec fits without an import, both ways', async () => {
  const values = [{ a: 1 }, { b: 'zwei' }];
  const back = await Stream.from(values).pipe(encode(jsonl()), decode(jsonl())).collect();
  assert.equal(back, values);
});

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

test('every subscription has an encoder and a decoder of its own', async () => {
  let made = 0;
  const counting: EncoderSource<number> & DecoderSource<number> = {
    encoder: () => {
      made++;
      return { encode: (value) => new Uint8Array([value]), end: () => new Uint8Array([255]) };
    },
    decoder: () => {
      made++;
      return { decode: (chunk) => [...chunk], end: () => [] };
    },
  };
  const stream = Stream.from([1, 2]).pipe(encode(counting), decode(counting));
  assert.equal(await stream.collect(), [1, 2, 255]);
  assert.equal(await stream.collect(), [1, 2, 255]);
  assert.is(made, 4);
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

test.run();
