import { assert, suite } from '@oxbow/testkit';
import { leavesBelow, placeTree, RING_CAPACITY } from '../../src/page/tree-layout.ts';

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

test('a ring holds as many pages as fit; one more makes it a band', () => {
  const ringsOf = (pages: number): Set<number> =>
    new Set(
      placeTree([-1, ...Array.from({ length: pages }, () => 0)])
        .slice(1)
        .map(({ ring }) => ring),
    );
  assert.equal([...ringsOf(RING_CAPACITY)], [1]);
  assert.ok(ringsOf(RING_CAPACITY + 1).size > RING_CAPACITY / 2);
});

test('a ring of few pages is not lost beside a full one', () => {
  const parents = [
    -1,
    ...Array.from({ length: 60 }, () => 0),
    ...Array.from({ length: 9000 }, (_, at) => 1 + (at % 60)),
  ];
  const places = placeTree(parents);
  assert.ok((places[1]?.ring ?? 0) > 0.2, `${places[1]?.ring}`);
  for (const { ring } of places.slice(61)) assert.ok(ring > (places[1]?.ring ?? 1) && ring <= 1 + 1e-9);
});

test('10,000 pages of one menu stand apart from each other', () => {
  const pages = 10_000;
  const points = placeTree([-1, ...Array.from({ length: pages }, () => 0)]).map(({ angle, ring }) => ({
    x: ring * Math.cos(angle),
    y: ring * Math.sin(angle),
  }));
  const cells = new Map<string, number>();
  for (const { x, y } of points) {
    const cell = `${Math.floor(x * 40)} ${Math.floor(y * 40)}`;
    cells.set(cell, (cells.get(cell) ?? 0) + 1);
  }
  // Spread evenly, a cell holds two of them.
  assert.ok(Math.max(...cells.values()) <= 6, `${Math.max(...cells.values())} pages in one cell`);
  for (const { x, y } of points) assert.ok(Math.hypot(x, y) <= 1 + 1e-9);
});

test('lays out nothing, and a chain as long as a crawl is deep', () => {
  assert.equal(placeTree([]), []);
  const chain = placeTree(Array.from({ length: 5000 }, (_, at) => at - 1));
  assert.ok(Math.abs((chain.at(-1)?.ring ?? 0) - 1) < 1e-9);
});

test('counts the leaves below each page', () => {
  assert.equal(leavesBelow([-1, 0, 0, 1, 1]), [3, 2, 1, 1, 1]);
});

test.run();
