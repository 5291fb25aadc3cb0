import { jsonl, lines } from '@oxbow/codec';
import { type DecoderSource, decode, type EncoderSource, encode, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { map } from 'rxjs';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('encode');

test('does what its drawing shows', () =>
  assertDrawing('encode', ({ source }) =>
    source.pipe(
      encode(lines()),
      map((bytes) => bytes.byteLength),
    ),
  ));

test('a codec of @oxbow/codec fits without an import, both ways', async () => {
  const values = [{ a: 1 }, { b: 'zwei' }];
  const back = await Stream.from(values).pipe(encode(jsonl()), decode(jsonl())).collect();
  assert.equal(back, values);
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

test.run();
