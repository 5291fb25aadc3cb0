/**
 * Checks what a caller passed as options: unknown names are refused with the nearest known one, numbers must lie in their
 * range. It knows no codec.
 */

import { OptionError } from './errors.ts';

/** The largest byte limit any option takes: 1 GiB, well under the longest string and the largest typed array of every supported engine. */
export const MAX_LIMIT_BYTES: number = 2 ** 30;

/**
 * `given` laid over `defaults`; an entry that is undefined counts as not given.
 *
 * @throws OptionError `ERR_OXBOW_UNKNOWN_OPTION` for a name that `defaults` does not have.
 */
export function withDefaults<O extends object>(where: string, given: Partial<O> | undefined, defaults: O): O {
  if (given === undefined) return defaults;
  if (typeof given !== 'object' || given === null) {
    throw new OptionError(
      'ERR_OXBOW_CODEC_INVALID_OPTION',
      `${where} takes an object of options, not ${given === null ? 'null' : `a ${typeof given}`}`,
      'options',
    );
  }
  const merged = { ...defaults } as Record<string, unknown>;
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, name)) {
      const near = nearest(name, Object.keys(defaults));
      const hint =
        near === undefined ? `it takes ${Object.keys(defaults).join(', ')}` : `did you mean "${near}"?`;
      throw new OptionError('ERR_OXBOW_UNKNOWN_OPTION', `${where} has no option "${name}"; ${hint}`, name);
    }
    if (value !== undefined) merged[name] = value;
  }
  return merged as O;
}

/** Refuses anything but a whole number from `min` to `max`. */
export function checkInteger(where: string, name: string, value: unknown, min: number, max: number): void {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return;
  throw new OptionError(
    'ERR_OXBOW_CODEC_INVALID_OPTION',
    `${where}: ${name} must be a whole number from ${min} to ${max}, got ${String(value)}`,
    name,
  );
}

/** Refuses anything but one of the words in `allowed`. */
export function checkChoice(where: string, name: string, value: unknown, allowed: readonly string[]): void {
  if (allowed.includes(value as string)) return;
  throw new OptionError(
    'ERR_OXBOW_CODEC_INVALID_OPTION',
    `${where}: ${name} must be one of ${allowed.join(', ')}, got ${String(value)}`,
    name,
  );
}

/** Refuses anything but a boolean. */
export function checkBoolean(where: string, name: string, value: unknown): void {
  if (typeof value === 'boolean') return;
  throw new OptionError(
    'ERR_OXBOW_CODEC_INVALID_OPTION',
    `${where}: ${name} must be true or false, got ${String(value)}`,
    name,
  );
}

/** Refuses anything but a function or nothing. */
export function checkFunction(where: string, name: string, value: unknown): void {
  if (value === undefined || typeof value === 'function') return;
  throw new OptionError(
    'ERR_OXBOW_CODEC_INVALID_OPTION',
    `${where}: ${name} must be a function, got ${String(value)}`,
    name,
  );
}

/** The known word with the smallest edit distance, if it is near enough to be a slip of the fingers. */
function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 2)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
