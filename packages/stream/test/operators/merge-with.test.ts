import { mergeWith, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('mergeWith');

test('does what its drawing shows', () =>
  assertDrawing('mergeWith', ({ source, input }) => source.pipe(mergeWith(input('second')))));

test('takes anything Stream.from takes', async () => {
  assert.equal(
    await Stream.from([1])
      .pipe(mergeWith([2]))
      .collect(),
    [1, 2],
  );
});

test.run();
