/** ProcessPool: workers that are processes of their own. */

import { ProcessLink } from '../worker/process-link.ts';
import type { LinkOwner, WorkerLink } from '../worker/worker-link.ts';
import { type PoolOptions, poolSettings } from './pool-options.ts';
import { WorkerPool } from './worker-pool.ts';

/** How a ProcessPool is made. */
export interface ProcessPoolOptions extends PoolOptions {
  /** Working directory of the processes. Default: this process's. */
  readonly cwd?: string;
}

/**
 * A pool of worker processes with the interface of ThreadPool: for functions that may crash, leak, or change
 * what is global to a process. Starting one and each call cost more, and memory cannot be shared.
 *
 * A function that never waits does not see `currentSignal()` change, for processes share no memory: it is
 * killed after
 * `graceMs`.
 *
 * @example
 * ```ts
 * import { moduleAt, ProcessPool } from '@oxbow/threads';
 *
 * // A process may crash, and takes nothing else with it.
 * const pool = new ProcessPool({ size: 2, execArgv: ['--max-old-space-size=256'] });
 * const work = moduleAt<{ parse(text: string): object }>(new URL('./work.js', import.meta.url));
 * console.log(await pool.run(work, 'parse', 'input'));
 * await pool.close();
 * ```
 */
export class ProcessPool extends WorkerPool {
  readonly #options: ProcessPoolOptions;

  /** @throws UsageError for an unknown option or a value out of range */
  constructor(options: ProcessPoolOptions = {}) {
    super(poolSettings(options, 'ProcessPool', ['cwd']), 'process');
    this.#options = { ...options };
  }

  /** @internal */
  protected open(owner: LinkOwner): WorkerLink {
    const { env, execArgv, cwd } = this.#options;
    return new ProcessLink(owner, { env, execArgv, cwd });
  }
}
