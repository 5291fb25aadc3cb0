import { filter, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('filter');

test('does what its drawing shows', () =>
  assertDrawing('filter', ({ source }) => source.pipe(filter((x) => x === 'b' || x === 'd'))));

test('counts its values; Boolean is a predicate like any other', async () => {
  const odd = Stream.from(['a', 'b', 'c', 'd']).pipe(filter((_value, index) => index % 2 === 1));
  assert.equal(await odd.collect(), ['b', 'd']);
  assert.equal(await Stream.from([0, 1, undefined, 2]).pipe(filter(Boolean)).collect(), [1, 2]);
});

test.run();
