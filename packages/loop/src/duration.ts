/**
 * The one rule for durations, in every package: a duration is a number of milliseconds. Infinity is no limit.
 * 0 is at once where that means something, and is refused elsewhere. NaN, a string or a negative number is a
 * mistake of the caller.
 */

import { UsageError } from './errors.ts';
import { shown } from './shown-value.ts';

/** What a duration may be beyond a positive number of milliseconds. */
export interface DurationRule {
  /** Whether 0 means something here: at once. Default false. */
  readonly zero?: boolean;
  /** Whether `Infinity` means something here: no limit. Default true. */
  readonly infinity?: boolean;
}

/**
 * What is wrong with a duration, as the end of a sentence that begins with its name: "must be a number of
 * milliseconds above 0, got '5'". The caller puts it into an error of its own kind.
 *
 * @returns undefined when nothing is
 */
export function durationFault(value: unknown, rule: DurationRule = {}): string | undefined {
  const { zero = false, infinity = true } = rule;
  const isLimited = infinity || value !== Number.POSITIVE_INFINITY;
  if (typeof value === 'number' && isLimited && (value > 0 || (zero && value === 0))) return undefined;
  const range = `${infinity ? 'a' : 'a finite'} number of milliseconds ${zero ? 'of 0 or more' : 'above 0'}`;
  return `must be ${range}, got ${shown(value)}`;
}

/**
 * The time left until something: below 0 it is late, not wrong, and counts as 0.
 *
 * @throws UsageError `ERR_OXBOW_LOOP_BAD_DELAY` for what is not a number
 */
export function checkDelay(ms: number, where: string): number {
  if (typeof ms === 'number' && ms >= 0) return ms;
  if (typeof ms === 'number' && ms < 0) return 0;
  throw new UsageError(`${where} takes a number of milliseconds, got ${shown(ms)}${hintFor(ms)}`, {
    code: 'ERR_OXBOW_LOOP_BAD_DELAY',
  });
}

/** What to write instead. */
function hintFor(value: unknown): string {
  if (typeof value === 'function' || (typeof value === 'object' && value !== null))
    return ': have the arguments changed places?';
  if (typeof value !== 'string' || value.trim() === '' || !Number.isFinite(Number(value))) return '';
  return `: write ${Number(value)}, or Number(text) for what comes from outside`;
}
