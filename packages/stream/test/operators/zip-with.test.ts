import { Stream, zipWith } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('zipWith');

test('does what its drawing shows', () =>
  assertDrawing('zipWith', ({ source, input }) => source.pipe(zipWith(input('second')))));

test('takes anything Stream.from takes', async () => {
  assert.equal(
    await Stream.from([1, 2])
      .pipe(zipWith(['a', 'b', 'c']))
      .collect(),
    [
      [1, 'a'],
      [2, 'b'],
    ],
  );
});

test.run();
