// Answers bad options at the door. It knows no option itself: callers pass the names they know.

import { UsageError } from './errors.ts';

/**
 * The candidate a misspelt word most likely meant, or `undefined` when none is close
 * (at most a third of the word's letters may differ, or one is the beginning of the other).
 */
export function nearestName(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const [a, b] = [word.toLowerCase(), candidate.toLowerCase()];
    const distance = isBeginning(a, b) ? 1 : editDistance(a, b);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * Refuses what is not an options object, and every key that is not a known name.
 *
 * @param given what the caller passed; `undefined` passes
 * @param knownNames the option names the function understands
 * @param where how the message names the function, for example `sleep()`
 * @throws UsageError `ERR_OXBOW_UNKNOWN_OPTION`, naming the nearest known option
 */
export function checkOptions(given: unknown, knownNames: Iterable<string>, where: string): void {
  if (given === undefined) return;
  if (given === null || typeof given !== 'object' || Array.isArray(given)) {
    throw new UsageError(`${where} takes an options object, got ${describe(given)}`, {
      code: 'ERR_OXBOW_INVALID_OPTIONS',
    });
  }
  const known = new Set(knownNames);
  for (const name of Object.keys(given)) {
    if (known.has(name)) continue;
    const near = nearestName(name, known);
    const hint =
      near === undefined ? `it knows ${[...known].join(', ') || 'none'}` : `did you mean "${near}"?`;
    throw new UsageError(`${where} has no option "${name}": ${hint}`, { code: 'ERR_OXBOW_UNKNOWN_OPTION' });
  }
}

/** Refuses what is not a function, where it would be called much later. */
export function checkFunction(value: unknown, where: string): void {
  if (typeof value === 'function') return;
  throw new UsageError(`${where} takes a function, got ${describe(value)}`, {
    code: 'ERR_OXBOW_LOOP_NOT_A_FUNCTION',
  });
}

/** A forgotten unit or suffix: `timeout` for `timeoutMs`. */
function isBeginning(a: string, b: string): boolean {
  return Math.min(a.length, b.length) >= 3 && (a.startsWith(b) || b.startsWith(a));
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}

/** Damerau's distance with adjacent swaps: the usual typing slips count as one. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(row[j - 1]! + 1, previous[j]! + 1, previous[j - 1]! + substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, beforePrevious[j - 2]! + 1);
      }
      row.push(cost);
    }
    beforePrevious = previous;
    previous = row;
  }
  return previous[b.length]!;
}
