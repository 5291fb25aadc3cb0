/**
 * Places the pages of a crawl on rings around the seeds. The ring of a page is its distance from a seed. Its angle lies inside the
 * sector of the page that led to it, and a sector is as wide as the leaves below it. A ring with more pages than fit side by side
 * becomes a band that they fill evenly. Knows no canvas.
 */

/** Unit-circle place of one page: `angle` in radians, `ring` as a share of the radius, 0 to 1. */
export interface Place {
  readonly angle: number;
  readonly ring: number;
}

/** Pages that fit side by side on the outermost ring. */
export const RING_CAPACITY = 240;
/** Of the width a ring would have if all were alike: no ring is narrower. */
const LEAST_SHARE = 0.5;
/** Multiples of it, taken modulo 1, fill a stretch evenly however many there are. */
const GOLDEN_RATIO = 0.618_033_988_75;

/** Places for `parents[i]`, each smaller than `i` or -1 for a seed; the order of children is the order of arrival. */
export function placeTree(
  parents: readonly number[],
  leaves: readonly number[] = leavesBelow(parents),
): Place[] {
  const depths = depthsOf(parents);
  const bands = bandsOf(depths, parents.filter((parent) => parent < 0).length > 1);
  const start = new Float64Array(parents.length);
  const width = new Float64Array(parents.length);
  const used = new Float64Array(parents.length);
  const rootLeaves = parents.reduce((sum, parent, at) => (parent < 0 ? sum + (leaves[at] ?? 1) : sum), 0);
  let rootAngle = 0;
  return parents.map((parent, at) => {
    const share = leaves[at] ?? 1;
    if (parent < 0) {
      width[at] = (2 * Math.PI * share) / rootLeaves;
      start[at] = rootAngle;
      rootAngle += width[at] ?? 0;
    } else {
      width[at] = ((width[parent] ?? 0) * share) / (leaves[parent] ?? 1);
      start[at] = (start[parent] ?? 0) + (used[parent] ?? 0);
      used[parent] = (used[parent] ?? 0) + (width[at] ?? 0);
    }
    const angle = (start[at] ?? 0) + (width[at] ?? 0) / 2;
    return { angle, ring: ringIn(bands[depths[at] ?? 0], angle) };
  });
}

/** The ring of one depth: as wide as its pages need. */
interface Band {
  readonly pages: number;
  readonly inner: number;
  readonly outer: number;
  readonly isFull: boolean;
}

function bandsOf(depths: readonly number[], areSeedsApart: boolean): Band[] {
  const pages: number[] = [];
  for (const depth of depths) pages[depth] = (pages[depth] ?? 0) + 1;
  // With several seeds nobody owns the centre, so all of them stand on the first ring.
  const offset = areSeedsApart ? 1 : 0;
  const deepest = Math.max(1, pages.length - 1 + offset);
  const layers = pages.map((count, depth) =>
    depth + offset === 0 ? 0 : Math.max(1, Math.ceil((count * deepest) / (RING_CAPACITY * (depth + offset)))),
  );
  const widths = bandWidths(layers);
  let outer = 0;
  return pages.map((count, depth) => {
    const width = widths[depth] ?? 0;
    const inner = outer + width / 2 / Math.max(1, layers[depth] ?? 1);
    outer += width;
    return { pages: count, inner, outer, isFull: (layers[depth] ?? 1) > 1 };
  });
}

/** Shares of the radius: by how much room each ring needs, and none so narrow that it is lost beside a full one. */
function bandWidths(layers: readonly number[]): number[] {
  const rings = Math.max(1, layers.filter((count) => count > 0).length);
  const needed = Math.max(
    1,
    layers.reduce((sum, count) => sum + count, 0),
  );
  const wanted = layers.map((count) => (count === 0 ? 0 : Math.max(count / needed, LEAST_SHARE / rings)));
  const sum = wanted.reduce((total, width) => total + width, 0) || 1;
  return wanted.map((width) => width / sum);
}

function ringIn(band: Band | undefined, angle: number): number {
  if (band === undefined || !band.isFull) return band?.outer ?? 0;
  const order = Math.round((angle / (2 * Math.PI)) * band.pages);
  // By area, not by radius: the outer part of a band has more room.
  const share = (order * GOLDEN_RATIO) % 1;
  return Math.sqrt(band.inner ** 2 + (band.outer ** 2 - band.inner ** 2) * share);
}

function depthsOf(parents: readonly number[]): number[] {
  const depths: number[] = [];
  for (const parent of parents) depths.push(parent < 0 ? 0 : (depths[parent] ?? 0) + 1);
  return depths;
}

/** How many pages without children each page leads to, itself counted where it is one. */
export function leavesBelow(parents: readonly number[]): number[] {
  const leaves = new Array<number>(parents.length).fill(0);
  for (let at = parents.length - 1; at >= 0; at -= 1) {
    if (leaves[at] === 0) leaves[at] = 1;
    const parent = parents[at] ?? -1;
    if (parent >= 0) leaves[parent] = (leaves[parent] ?? 0) + (leaves[at] ?? 0);
  }
  return leaves;
}
