/** The way through the tree by the keyboard: up to the page that led here, down to the first it led to, and along its siblings. */

/** The keys that lead from page to page. */
export type WalkKey = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight' | 'Home';

/**
 * The page that a key leads to; the same where there is none in that direction.
 *
 * @param parents `parents[i]` is smaller than `i`, or -1 for a seed
 * @param from -1 where no page is chosen: every key then leads to the first
 */
export function stepFrom(parents: readonly number[], from: number, key: WalkKey): number {
  if (parents.length === 0) return -1;
  if (from < 0 || from >= parents.length || key === 'Home') return 0;
  const parent = parents[from] ?? -1;
  if (key === 'ArrowUp') return parent < 0 ? from : parent;
  if (key === 'ArrowDown') {
    const child = parents.indexOf(from, from + 1);
    return child < 0 ? from : child;
  }
  const sibling =
    key === 'ArrowRight'
      ? parents.indexOf(parent, from + 1)
      : from === 0
        ? -1
        : parents.lastIndexOf(parent, from - 1);
  return sibling < 0 ? from : sibling;
}
