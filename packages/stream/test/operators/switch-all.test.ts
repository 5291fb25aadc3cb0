import { map, Stream, switchAll } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('switchAll');

test('does what its drawing shows', () =>
  assertDrawing('switchAll', ({ source, input }) =>
    source.pipe(
      map((x) => input('inner').pipe(map((y) => x + y))),
      switchAll(),
    ),
  ));

test('takes arrays for inner streams', async () => {
  assert.equal(
    await Stream.from([[1, 2], [3]])
      .pipe(switchAll())
      .collect(),
    [1, 2, 3],
  );
});

test.run();
