/** ThreadPool: workers that are threads of this process. */

import type { ResourceLimits } from 'node:worker_threads';
import { ThreadLink } from '../worker/thread-link.ts';
import type { LinkOwner, WorkerLink } from '../worker/worker-link.ts';
import { type PoolOptions, poolSettings } from './pool-options.ts';
import { WorkerPool } from './worker-pool.ts';

/** How a ThreadPool is made. */
export interface ThreadPoolOptions extends PoolOptions {
  /** Memory limits of each thread, in mebibytes, as of `new Worker()`. Default: Node's. */
  readonly resourceLimits?: ResourceLimits;
}

/**
 * A pool of worker threads for CPU-bound or blocking functions.
 *
 * Threads start when calls need them and never keep a finished process alive; a pending call does. Close the
 * pool with
 * `close()` or `await using`.
 *
 * @example
 * ```ts
 * import { moduleAt, ThreadPool } from '@oxbow/threads';
 *
 * const pool = new ThreadPool({ size: 4, maxQueue: 1000 });
 * const url = new URL('./work.js', import.meta.url);
 * const work = moduleAt<{ countPrimes(from: number, to: number): number }>(url);
 * console.log(await pool.run(work, 'countPrimes', 2, 50_000), pool.statistics());
 * await pool.close();
 * ```
 */
export class ThreadPool extends WorkerPool {
  readonly #options: ThreadPoolOptions;

  /** @throws UsageError for an unknown option or a value out of range */
  constructor(options: ThreadPoolOptions = {}) {
    super(poolSettings(options, 'ThreadPool', ['resourceLimits']), 'thread');
    this.#options = { ...options };
  }

  /** @internal */
  protected open(owner: LinkOwner): WorkerLink {
    const { env, execArgv, resourceLimits } = this.#options;
    return new ThreadLink(owner, { name: this.name, env, execArgv, resourceLimits });
  }
}
