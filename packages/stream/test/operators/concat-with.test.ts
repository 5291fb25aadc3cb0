import { concatWith, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('concatWith');

test('does what its drawing shows', () =>
  assertDrawing('concatWith', ({ source, input }) => source.pipe(concatWith(input('second')))));

test('takes anything Stream.from takes', async () => {
  assert.equal(
    await Stream.from([1])
      .pipe(concatWith([2], [3]))
      .collect(),
    [1, 2, 3],
  );
});

test.run();
