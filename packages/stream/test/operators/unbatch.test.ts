import { map, Stream, unbatch } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('unbatch');

test('does what its drawing shows', () =>
  assertDrawing('unbatch', ({ source }) =>
    source.pipe(
      map((x) => [x, x]),
      unbatch(),
    ),
  ));

test('takes any iterable, and refuses what is none', async () => {
  assert.equal(
    await Stream.from([new Set([1, 2])])
      .pipe(unbatch())
      .collect(),
    [1, 2],
  );
  const refused = Stream.from([5] as never[])
    .pipe(unbatch())
    .collect();
  assert.match(
    ((await refused.catch((error: Error) => error)) as Error).message,
    /takes arrays or other iterables; got number/,
  );
});

test.run();
