/** Answers bad options at the door. It knows no option itself: callers pass the names they know. */

import { UsageError } from './errors.ts';
import { nearestName } from './nearest-name.ts';

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

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}
