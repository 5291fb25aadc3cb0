import { Stream, scan } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('scan');

test('does what its drawing shows', () =>
  assertDrawing('scan', ({ source }) => source.pipe(scan((folded, x) => folded + x))));

test('with a seed the first step is folded too, and undefined is a seed', async () => {
  const sum = (a: number, b: number): number => a + b;
  assert.equal(await Stream.from([1, 2]).pipe(scan(sum, 10)).collect(), [11, 13]);
  const seeded = Stream.from([1]).pipe(
    scan((folded: unknown, value) => [folded, value], undefined as unknown),
  );
  assert.equal(await seeded.collect(), [[undefined, 1]]);
});

test.run();
