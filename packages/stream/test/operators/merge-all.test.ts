import { map, mergeAll, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('mergeAll');

test('does what its drawing shows', () =>
  assertDrawing('mergeAll', ({ source, input }) =>
    source.pipe(
      map((x) => input('inner').pipe(map((y) => x + y))),
      mergeAll(),
    ),
  ));

test('takes arrays for inner streams', async () => {
  assert.equal(
    await Stream.from([[1], [2]])
      .pipe(mergeAll())
      .collect(),
    [1, 2],
  );
});

test.run();
