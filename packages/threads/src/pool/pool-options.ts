/** The options both kinds of pool share: their defaults, and the check at the door. */

import { availableParallelism } from 'node:os';
import { UsageError } from '@oxbow/loop';
import { checkOptions, durationFault } from '@oxbow/loop/lowlevel';

/** What every pool can be told. */
export interface PoolOptions {
  /**
   * How many workers there are at most; they are started when calls need them. Default: the number of
   * processors. Range 1–1024.
   */
  readonly size?: number;
  /**
   * How many calls may wait while every worker has one; a call beyond is refused with BacklogFullError.
   * Default 100 000 (what a large gather asks for; a waiting call costs about 500 bytes and its arguments). 0
   * or more.
   */
  readonly maxQueue?: number;
  /**
   * How long a worker without calls is kept, in milliseconds. Default 30 000; `Infinity` keeps it until the
   * pool closes.
   */
  readonly idleTimeoutMs?: number;
  /**
   * How long a cancelled call may go on before its worker is ended, in milliseconds of real time, whatever
   * clock the loop has. Default 1 000; 0 ends it at once, `Infinity` never.
   */
  readonly graceMs?: number;
  /**
   * A cancelled call is left at once: the function goes on unheard and keeps its worker busy. Default false.
   */
  readonly abandonOnCancel?: boolean;
  /** For messages and thread names. Default: the class's name. */
  readonly name?: string;
  /** Environment of the workers. Default: this process's, copied when a worker starts. */
  readonly env?: NodeJS.ProcessEnv;
  /** Node's flags for the workers. Default: this process's, without those of its entry and its inspector. */
  readonly execArgv?: readonly string[];
}

/** Every default in one place. */
export const POOL_DEFAULTS: {
  readonly maxQueue: number;
  readonly idleTimeoutMs: number;
  readonly graceMs: number;
  readonly abandonOnCancel: boolean;
} = Object.freeze({
  maxQueue: 100_000,
  idleTimeoutMs: 30_000,
  graceMs: 1_000,
  abandonOnCancel: false,
});

/** More isolates than this exhaust memory long before they help. */
const MAX_SIZE = 1024;

/** Node's longest timer; anything longer is never. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1;

const POOL_OPTIONS = [
  'size',
  'maxQueue',
  'idleTimeoutMs',
  'graceMs',
  'abandonOnCancel',
  'name',
  'env',
  'execArgv',
];

/** Options with every default filled in. */
export interface PoolSettings {
  readonly size: number;
  readonly maxQueue: number;
  readonly idleTimeoutMs: number;
  readonly graceMs: number;
  readonly abandonOnCancel: boolean;
  readonly name: string;
}

/**
 * Checks options and fills in the defaults.
 *
 * @param furtherNames the options this kind of pool has beside the shared ones
 * @throws UsageError `ERR_OXBOW_UNKNOWN_OPTION`, or `ERR_OXBOW_THREADS_BAD_OPTION` for a value out of range
 */
export function poolSettings(
  options: PoolOptions | undefined,
  kind: string,
  furtherNames: readonly string[],
): PoolSettings {
  checkOptions(options, [...POOL_OPTIONS, ...furtherNames], `new ${kind}()`, { number: 'size' });
  const given = options ?? {};
  const whole = (name: 'size' | 'maxQueue', value: number, least: number, most: number): number => {
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw badOption(kind, name, `a whole number from ${least} to ${most}`, value);
  };
  const duration = (name: 'idleTimeoutMs' | 'graceMs', value: number): number => {
    const fault = durationFault(value, { zero: true });
    if (fault === undefined) return value;
    throw new UsageError(`new ${kind}(): ${name} ${fault}`, { code: 'ERR_OXBOW_THREADS_BAD_OPTION' });
  };
  return {
    size: whole('size', given.size ?? availableParallelism(), 1, MAX_SIZE),
    maxQueue: whole('maxQueue', given.maxQueue ?? POOL_DEFAULTS.maxQueue, 0, Number.MAX_SAFE_INTEGER),
    idleTimeoutMs: duration('idleTimeoutMs', given.idleTimeoutMs ?? POOL_DEFAULTS.idleTimeoutMs),
    graceMs: duration('graceMs', given.graceMs ?? POOL_DEFAULTS.graceMs),
    abandonOnCancel: given.abandonOnCancel ?? POOL_DEFAULTS.abandonOnCancel,
    name: given.name ?? kind,
  };
}

function badOption(kind: string, name: string, wanted: string, got: unknown): UsageError {
  return new UsageError(`new ${kind}(): ${name} takes ${wanted}, got ${String(got)}`, {
    code: 'ERR_OXBOW_THREADS_BAD_OPTION',
  });
}
