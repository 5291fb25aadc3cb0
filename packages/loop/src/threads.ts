// The door @oxbow/loop/threads: calls into other threads and processes.

// Errors
export {
  BacklogFullError,
  PoolClosedError,
  UncloneableError,
  type WorkerExit,
  WorkerExitError,
} from './thread/errors.ts';
// Naming a module
export {
  type ArgumentsOf,
  type CallOf,
  type FunctionNames,
  type ModuleLoader,
  type ModuleReference,
  moduleAt,
  type ResultOf,
} from './thread/module-reference.ts';
// Pools
export type { PoolOptions } from './thread/pool-options.ts';
export type { PoolStatistics } from './thread/pool-statistics.ts';
export { ProcessPool, type ProcessPoolOptions } from './thread/process-pool.ts';
// Calls
export type { RemoteCall } from './thread/remote-call.ts';
export { ThreadPool, type ThreadPoolOptions } from './thread/thread-pool.ts';
export { toThread } from './thread/to-thread.ts';
// Moving instead of copying
export { type Transferable, transfer } from './thread/transfer.ts';
export type { WorkerPool } from './thread/worker-pool.ts';
