/** The options of an object in a thread: their defaults, and the check at the door. */

import type { ResourceLimits } from 'node:worker_threads';
import { UsageError } from '@oxbow/loop';
import { checkOptions, durationFault } from '@oxbow/loop/lowlevel';
import type { ModuleLoader, ModuleReference } from '../call/module-reference.ts';

/** How an object is opened in a thread, when more than the module is to be said. */
export interface ThreadOptions<M> {
  /** The module, as `openInThread` takes it. */
  readonly module: ModuleLoader<M> | ModuleReference<M> | URL;
  /** For messages and the thread's name. Default: the name of what was opened. */
  readonly name?: string;
  /**
   * How many calls may be under way or wait; one more is refused with BacklogFullError. Default 100,000; 1 or
   * more.
   */
  readonly maxQueue?: number;
  /**
   * How long a call that was cancelled may go on before the thread is ended, with the object and every other
   * call, in milliseconds of real time. Default 30,000: longer than a pool's, for the state of the object is
   * lost with it. 0 ends it at once, `Infinity` never.
   */
  readonly graceMs?: number;
  /** Environment of the thread. Default: this process's, copied when the thread starts. */
  readonly env?: NodeJS.ProcessEnv;
  /** Node's flags for the thread. Default: this process's, without those of its entry and its inspector. */
  readonly execArgv?: readonly string[];
  /** Memory limits of the thread, in mebibytes, as of `new Worker()`. Default: Node's. */
  readonly resourceLimits?: ResourceLimits;
}

/** Every default in one place. */
export const THREAD_DEFAULTS: { readonly maxQueue: number; readonly graceMs: number } = Object.freeze({
  maxQueue: 100_000,
  graceMs: 30_000,
});

const THREAD_OPTIONS = ['module', 'name', 'maxQueue', 'graceMs', 'env', 'execArgv', 'resourceLimits'];

/** Options with every default filled in. */
export interface ObjectSettings {
  readonly name: string;
  readonly maxQueue: number;
  readonly graceMs: number;
}

/**
 * @throws UsageError `ERR_OXBOW_UNKNOWN_OPTION`, or `ERR_OXBOW_THREADS_BAD_OPTION` for a value out of range
 */
export function objectSettings(options: Partial<ThreadOptions<unknown>>, name: string): ObjectSettings {
  checkOptions(options, THREAD_OPTIONS, 'openInThread()');
  const { maxQueue = THREAD_DEFAULTS.maxQueue, graceMs = THREAD_DEFAULTS.graceMs } = options;
  if (!Number.isInteger(maxQueue) || maxQueue < 1) {
    throw badOption(`maxQueue takes a whole number of 1 or more, got ${String(maxQueue)}`);
  }
  const fault = durationFault(graceMs, { zero: true });
  if (fault !== undefined) throw badOption(`graceMs ${fault}`);
  return { name: options.name ?? name, maxQueue, graceMs };
}

function badOption(message: string): UsageError {
  return new UsageError(`openInThread(): ${message}`, { code: 'ERR_OXBOW_THREADS_BAD_OPTION' });
}
