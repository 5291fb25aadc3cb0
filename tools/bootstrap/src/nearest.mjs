/**
 * Guessing what a mistyped word was meant to be. Pure.
 */

/** Words further apart than this share of the longer one's length are not taken for each other. */
const MAX_DISTANCE_SHARE = 0.5;

/**
 * The known word nearest to a given one, or undefined when none is near.
 *
 * @param {string} word
 * @param {readonly string[]} known
 * @returns {string | undefined}
 */
export function nearest(word, known) {
  let best;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const distance = editDistance(word, candidate);
    if (distance <= Math.max(word.length, candidate.length) * MAX_DISTANCE_SHARE && distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * Levenshtein's distance, row by row.
 *
 * @param {string} a
 * @param {string} b
 */
function editDistance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = /** @type {number} */ (row[j - 1]) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(
        replaced,
        /** @type {number} */ (row[j]) + 1,
        /** @type {number} */ (next[j - 1]) + 1,
      );
    }
    row = next;
  }
  return /** @type {number} */ (row[b.length]);
}
