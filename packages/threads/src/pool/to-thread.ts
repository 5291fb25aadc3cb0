/** toThread: one call in a thread, on a pool that comes and goes with the loop. */

import { CancelledError, currentLoop, type EventLoop } from '@oxbow/loop';
import type {
  ArgumentsOf,
  CallOf,
  FunctionNames,
  ModuleLoader,
  ModuleReference,
  ResultOf,
} from '../call/module-reference.ts';
import type { RemoteCall } from '../call/remote-call.ts';
import { ThreadPool } from './thread-pool.ts';

const pools = new WeakMap<EventLoop, ThreadPool>();

/** What the compiler says of a call that no form of `toThread` takes: it explains the last form, which is for this alone. */
type WhatToWrite<F> = F extends () => Promise<unknown>
  ? 'the module exports no function of that name that takes these arguments'
  : "a worker shares no functions with the program: write toThread(() => import('./work.js'), 'fn', ...args)";

/** The loop's own pool, made at its first call and closed when its `run()` ends. */
function defaultPool(): ThreadPool {
  const loop = currentLoop();
  let pool = pools.get(loop);
  if (pool === undefined || pool.closed) {
    const made = new ThreadPool({ name: 'toThread' });
    pool = made;
    pools.set(loop, made);
    loop.onClose(() => made.cancelAndClose(new CancelledError('the program has ended')));
  }
  return pool;
}

/**
 * Calls a function of a module in a worker thread: `await toThread(() => import('./work.js'), 'fn',
 * ...args)`.
 *
 * The closure holds one import() and nothing else; it only names the module, which is never loaded on this
 * side. Where it cannot be read (bundled or computed), give the URL: `toThread<typeof
 * import('./work.js')>(new URL('./work.js', import.meta.url), 'fn', ...args)`, or `moduleAt(…)`, which also
 * infers each function's own result.
 *
 * It runs on the loop's default ThreadPool; see `ThreadPool.run` for what crosses, errors and cancellation.
 * Calls still pending when `run()` ends are cancelled, and the threads ended.
 *
 * @example
 * ```ts
 * import { toThread } from '@oxbow/threads';
 *
 * // In a program: toThread(() => import('./primes.js'), 'countPrimes', 2, 50_000)
 * console.log(await toThread(() => import('node:path'), 'basename', '/a/b.txt')); // b.txt
 * ```
 */
export function toThread<M, K extends FunctionNames<M>>(
  module: ModuleLoader<M> | ModuleReference<M>,
  name: K,
  ...args: ArgumentsOf<M, K>
): RemoteCall<ResultOf<M, K>>;
export function toThread<M, K extends FunctionNames<M> = FunctionNames<M>>(
  module: URL,
  ...call: CallOf<M, K>
): RemoteCall<ResultOf<M, K>>;
export function toThread<F>(module: WhatToWrite<F> & F, name: string, ...args: readonly unknown[]): never;
export function toThread(module: unknown, name: string, ...args: readonly unknown[]): RemoteCall<unknown> {
  return defaultPool().submit(module, name, args);
}
