/** The public door of `@oxbow/threads`: calls into other threads and processes. */

// Naming a module
export {
  type ArgumentsOf,
  type CallOf,
  type FunctionNames,
  type ModuleLoader,
  type ModuleReference,
  moduleAt,
  type ResultOf,
} from './call/module-reference.ts';
// Calls
export type { RemoteCall } from './call/remote-call.ts';
// Moving instead of copying
export { type Transferable, transfer } from './call/transfer.ts';
// Errors
export {
  BacklogFullError,
  ObjectClosedError,
  PoolClosedError,
  UncloneableError,
  type WorkerExit,
  WorkerExitError,
} from './errors.ts';
// Objects in threads
export type { ThreadOptions } from './object/object-options.ts';
export type {
  EventsOf,
  InThread,
  InThreadMembers,
  MadeBy,
  MakerArguments,
  MakerNames,
  OpenOf,
} from './object/object-types.ts';
export { type Opening, openInThread } from './object/open-in-thread.ts';
// Pools
export type { PoolOptions } from './pool/pool-options.ts';
export type { PoolStatistics } from './pool/pool-statistics.ts';
export { ProcessPool, type ProcessPoolOptions } from './pool/process-pool.ts';
export { ThreadPool, type ThreadPoolOptions } from './pool/thread-pool.ts';
export { toThread } from './pool/to-thread.ts';
export type { WorkerPool } from './pool/worker-pool.ts';
