import { concatAll, map, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('concatAll');

test('does what its drawing shows', () =>
  assertDrawing('concatAll', ({ source, input }) =>
    source.pipe(
      map((x) => input('inner').pipe(map((y) => x + y))),
      concatAll(),
    ),
  ));

test('takes arrays for inner streams', async () => {
  assert.equal(
    await Stream.from([[1, 2], [3]])
      .pipe(concatAll())
      .collect(),
    [1, 2, 3],
  );
});

test.run();
