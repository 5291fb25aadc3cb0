import { assert, suite } from '@oxbow/testkit';
import { placeTree } from '../../src/page/tree-layout.ts';

const test = suite('the tree layout');

test('puts a single seed in the middle and its pages on rings', () => {
  const places = placeTree([-1, 0, 0, 1]);
  assert.equal(
    places.map(({ ring }) => ring),
    [0, 0.5, 0.5, 1],
  );
});

test('puts several seeds on the first ring', () => {
  assert.equal(
    placeTree([-1, -1, 0]).map(({ ring }) => ring),
    [0.5, 0.5, 1],
  );
});

test('gives every page a sector as wide as its leaves, inside the sector of its parent', () => {
  const [, left, right, ...grandchildren] = placeTree([-1, 0, 0, 1, 1, 1]);
  // Four leaves share the circle: three below `left`, one is `right` itself.
  assert.ok(Math.abs((left?.angle ?? 0) - 0.75 * Math.PI) < 1e-9);
  assert.ok(Math.abs((right?.angle ?? 0) - 1.75 * Math.PI) < 1e-9);
  for (const { angle } of grandchildren) assert.ok(angle > 0 && angle < 1.5 * Math.PI);
});

test('lays out nothing, and a chain as long as a crawl is deep', () => {
  assert.equal(placeTree([]), []);
  const chain = placeTree(Array.from({ length: 5000 }, (_, at) => at - 1));
  assert.is(chain.at(-1)?.ring, 1);
});

test.run();
