/**
 * Checks what a caller passed as options: unknown names are refused with the nearest known one, numbers must lie in their
 * range. It knows no codec.
 */

import { OptionError } from './errors.ts';
import { nearestName } from './nearest-name.ts';

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
      const near = nearestName(name, Object.keys(defaults));
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
