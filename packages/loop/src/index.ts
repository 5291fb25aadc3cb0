/** The public door of @oxbow/loop. */

// Tasks

export { call } from './task/call.ts';
export type { Awaitable, AwaitedOf, NoStray, Result, StrayYield } from './task/coroutine.ts';
export { createTask, type TaskOptions } from './task/create-task.ts';
export { Future, type FutureOptions } from './task/future.ts';
export { Op } from './task/op.ts';
export { type RunOptions, run } from './task/run.ts';
export type { Coroutine, Suspend } from './task/suspension.ts';
export { allTasks, currentTask, Task } from './task/task.ts';

// Waiting

export { type AsCompleted, asCompleted } from './task/as-completed.ts';
export { until } from './task/awaitable.ts';
export { type GatherOptions, gather } from './task/gather.ts';
export { race } from './task/race.ts';
export { checkpoint, sleep } from './task/sleep.ts';
export { type WaitOptions, type WaitResult, wait } from './task/wait.ts';
export { waitFor } from './task/wait-for.ts';

// Cancellation

export { CancelScope, type CancelScopeOptions } from './task/cancel-scope.ts';
export { currentSignal } from './task/current-signal.ts';
export { shield } from './task/shield.ts';
export { TaskGroup, type TaskGroupOptions } from './task/task-group.ts';
export { timeout } from './task/timeout.ts';

// Synchronisation

export { Barrier } from './sync/barrier.ts';
export { CapacityLimiter, type CapacityLimiterStatistics } from './sync/capacity-limiter.ts';
export { Condition } from './sync/condition.ts';
export { Event } from './sync/event.ts';
export type { Compare } from './sync/item-store.ts';
export { Lock } from './sync/lock.ts';
export {
  LifoQueue,
  PriorityQueue,
  type PriorityQueueOptions,
  Queue,
  type QueueOptions,
} from './sync/queue.ts';
export { BoundedSemaphore, Semaphore } from './sync/semaphore.ts';
export { ContextVar, type ContextVarToken } from './task/context-var.ts';

// The loop and its clock

export { type Clock, SystemClock } from './scheduler/clock.ts';
export { EventLoop } from './scheduler/event-loop.ts';
export type { Handle, TimerHandle } from './scheduler/handle.ts';
export type { EventLoopOptions } from './scheduler/loop-options.ts';
export type { UnhandledFailure } from './scheduler/unhandled-failure.ts';
export { VirtualClock, type VirtualClockOptions } from './scheduler/virtual-clock.ts';
export { currentLoop } from './task/current.ts';

// Errors

export {
  BrokenBarrierError,
  CancelledError,
  InvalidStateError,
  OxbowError,
  type OxbowErrorOptions,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  TimeoutError,
  UsageError,
} from './errors.ts';

// Debugging

export {
  type DescribeTasksOptions,
  describeTasks,
  type TaskSnapshot,
} from './debug/describe-tasks.ts';
export type {
  DebugReport,
  NeverStartedReport,
  SlowCallbackReport,
  UnavailableReport,
  UnhandledFailureReport,
} from './debug/report.ts';
export type { TaskBranch, TaskDescription } from './debug/task-description.ts';
export { LoopTrace, type MermaidOptions, type TraceLoopOptions, traceLoop } from './debug/trace-loop.ts';
