import { map, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('map');

test('does what its drawing shows', () =>
  assertDrawing('map', ({ source }) => source.pipe(map((x) => x + x))));

test('counts its values, from 0 in each subscription', async () => {
  const counted = Stream.from(['a', 'b']).pipe(map((value, index) => value + index));
  assert.equal(await counted.collect(), ['a0', 'b1']);
  assert.equal(await counted.collect(), ['a0', 'b1']);
});

test.run();
