/**
 * Places the pages of a crawl on rings around the seeds: a page's ring is its distance from a seed, its angle lies
 * inside the sector of the page that led to it, and a sector is as wide as the leaves below it. Knows no canvas.
 */

/** Unit-circle place of one page: `angle` in radians, `ring` as a share of the radius, 0 to 1. */
export interface Place {
  readonly angle: number;
  readonly ring: number;
}

/** Places for `parents[i]`, each smaller than `i` or -1 for a seed; the order of children is the order of arrival. */
export function placeTree(parents: readonly number[]): Place[] {
  const depths = depthsOf(parents);
  const leaves = leavesBelow(parents);
  const deepest = Math.max(1, ...depths);
  const seeds = parents.filter((parent) => parent < 0).length;
  // With several seeds nobody owns the centre, so all of them stand on the first ring.
  const offset = seeds > 1 ? 1 : 0;
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
    return {
      angle: (start[at] ?? 0) + (width[at] ?? 0) / 2,
      ring: ((depths[at] ?? 0) + offset) / (deepest + offset),
    };
  });
}

function depthsOf(parents: readonly number[]): number[] {
  const depths: number[] = [];
  for (const parent of parents) depths.push(parent < 0 ? 0 : (depths[parent] ?? 0) + 1);
  return depths;
}

function leavesBelow(parents: readonly number[]): number[] {
  const leaves = new Array<number>(parents.length).fill(0);
  for (let at = parents.length - 1; at >= 0; at -= 1) {
    if (leaves[at] === 0) leaves[at] = 1;
    const parent = parents[at] ?? -1;
    if (parent >= 0) leaves[parent] = (leaves[parent] ?? 0) + (leaves[at] ?? 0);
  }
  return leaves;
}
