import { concatMap, map, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('concatMap');

test('does what its drawing shows', () =>
  assertDrawing('concatMap', ({ source, input }) =>
    source.pipe(concatMap((x) => input('inner').pipe(map((y) => x + y)))),
  ));

test('concatMap keeps the order, and inner arrays and iterables obey the gate', async () => {
  let read = 0;
  const endless = {
    *[Symbol.iterator]() {
      for (;;) yield read++;
    },
  };
  const iterator = Stream.from([0])
    .pipe(concatMap(() => endless))
    .values({ highWaterMark: 4 });
  await iterator.next();
  assert.ok(read <= 8, `${read}`);
  await iterator.return();
});

test.run();
