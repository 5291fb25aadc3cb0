/** Answers bad options at the door. It knows no option itself: callers pass the names they know. */

import { UsageError } from './errors.ts';
import { nearestName } from './nearest-name.ts';
import { shown } from './shown-value.ts';

/** By the type of a bare value: the option it most likely was meant for. */
export type LikelyOptions = Readonly<Partial<Record<'number' | 'string' | 'boolean', string>>>;

/**
 * Refuses what is not an options object, and every key that is not a known name.
 *
 * @param given what the caller passed; `undefined` passes
 * @param knownNames the option names the function understands
 * @param where how the message names the function, for example `sleep()`
 * @param likely the option that a bare value most likely was meant for, by its type: `new Queue(10)` is told to write
 *   `{ maxSize: 10 }`. Default: the only option, where there is one
 * @throws UsageError `ERR_OXBOW_UNKNOWN_OPTION`, naming the nearest known option
 */
export function checkOptions(
  given: unknown,
  knownNames: Iterable<string>,
  where: string,
  likely: LikelyOptions = {},
): void {
  if (given === undefined) return;
  if (given === null || typeof given !== 'object' || Array.isArray(given)) {
    const hint = bareValueHint(given, [...knownNames], likely);
    throw new UsageError(`${where} takes an options object, got ${shown(given)}${hint}`, {
      code: 'ERR_OXBOW_INVALID_OPTIONS',
    });
  }
  for (const name of Object.keys(given)) {
    if (isAmong(knownNames, name)) continue;
    const known = [...knownNames];
    const near = nearestName(name, known);
    const hint = near === undefined ? `it knows ${known.join(', ') || 'none'}` : `did you mean "${near}"?`;
    throw new UsageError(`${where} has no option "${name}": ${hint}`, { code: 'ERR_OXBOW_UNKNOWN_OPTION' });
  }
}

/** Asked for every request and every connection, so without making a set of a few names. */
function isAmong(names: Iterable<string>, name: string): boolean {
  if (Array.isArray(names)) return names.includes(name);
  return names instanceof Set ? names.has(name) : [...names].includes(name);
}

function bareValueHint(given: unknown, names: readonly string[], likely: LikelyOptions): string {
  const kind = typeof given;
  if (kind !== 'number' && kind !== 'string' && kind !== 'boolean') return '';
  const name = likely[kind] ?? (names.length === 1 ? names[0] : undefined);
  return name === undefined ? '' : `: write { ${name}: ${shown(given)} }`;
}

/** Refuses what is not a function, where it would be called much later. */
export function checkFunction(value: unknown, where: string): void {
  if (typeof value === 'function') return;
  throw new UsageError(`${where} takes a function, got ${shown(value)}`, {
    code: 'ERR_OXBOW_LOOP_NOT_A_FUNCTION',
  });
}
