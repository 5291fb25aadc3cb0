// Task: a coroutine on its way, and the handle to it. An async function is started once and then drives itself; a
// generator is stepped by the loop each time what it waits for has come.

import { checkOptions } from '../check-options.ts';
import { CancelledError, isAbortOf, UsageError } from '../errors.ts';
import { runForTurn } from '../scheduler/context.ts';
import type { EventLoop } from '../scheduler/event-loop.ts';
import type { Turn } from '../scheduler/ready-queue.ts';
import type { Resident } from '../scheduler/registry.ts';
import { cancelRegion } from './cancel-region.ts';
import { Continuation } from './continuation.ts';
import { isGenerator, isGeneratorFunction, isThenable, type NoStray, type Result } from './coroutine.ts';
import {
  type CancellableWait,
  type Context,
  currentLoop,
  currentRegion,
  driver,
  type Region,
  rootContext,
  runInRegion,
} from './current.ts';
import type { Frame } from './frame.ts';
import { type GeneratorTask, step } from './generator-driver.ts';
import { Op, Reaction, type SteppingTask } from './op.ts';
import { CANCELLED, FULFILLED, REJECTED, type Waiter } from './operation.ts';
import { linkWait, spend, unlinkWait } from './region.ts';
import { type Coroutine, RESUMED } from './suspension.ts';
import { TaskRegion } from './task-region.ts';

/** How a task is made. */
export interface TaskOptions {
  /** For messages and debug output. Default: the function's name, or `task-N`. */
  readonly name?: string;
}

const TASK_OPTIONS = ['name'];

/** For instruments: how a task ended, in words. */
const ENDINGS = { [FULFILLED]: 'returned', [REJECTED]: 'failed', [CANCELLED]: 'cancelled' } as const;

let counter = 0;

/**
 * A coroutine running on the loop: awaitable, `yield*`-able and cancellable. Made by `createTask`.
 */
export class Task<T> extends TaskRegion<T> implements SteppingTask, Turn, Waiter, Resident {
  readonly loop: EventLoop;
  /** The task that created it; forgotten when this one is done, so that a chain of tasks does not grow. */
  parent: Task<unknown> | undefined;
  /** What it runs: a function or a generator. */
  readonly #source: unknown;
  /** @internal */
  context: Context | undefined;
  /** @internal The innermost frame's generator; undefined in the async form, and before the first step. */
  generator: Coroutine<unknown> | undefined = undefined;
  /** @internal */
  frame: Frame | undefined = undefined;
  /** @internal */
  waitingOn: Op<unknown> | undefined = undefined;
  /** @internal */
  waits: CancellableWait | undefined = undefined;
  /** @internal */
  nextResident: Resident | undefined = undefined;
  /** @internal */
  previousResident: Resident | undefined = undefined;

  /** @internal `source` is a function to call, or a generator to drive. */
  constructor(source: unknown, loop: EventLoop, parent: Task<unknown> | undefined, name: string | undefined) {
    super();
    loop.requireOpen();
    this.loop = loop;
    this.parent = parent;
    this.#source = source;
    this.label = name;
    this.context = parent === undefined ? rootContext.values : parent.context;
    loop.registry.add(this);
    loop.ready(this);
    if (loop.instrument !== undefined) loop.instrument.taskCreated?.(this, parent);
  }

  override get name(): string {
    // Asked for rarely, so worked out only then.
    this.label ??= (this.#source as { name?: string }).name || `task-${++counter}`;
    return this.label as string;
  }

  /** @internal */
  get region(): Region {
    return this.frame === undefined ? this : this.frame.region;
  }

  /** @internal */
  get task(): this {
    return this;
  }

  /** @internal */
  protected override get homeLoop(): EventLoop {
    return this.loop;
  }

  /**
   * Asks the task to stop: what it waits for now, or next, ends with CancelledError (generators are unwound by
   * return()). It has stopped when it is `done`; its cleanup may wait again.
   *
   * @returns false when it was done already
   */
  override cancel(reason?: unknown): boolean {
    if (this.settled) return false;
    this.revoke(CancelledError.from(reason));
    if (currentTask() === this) this.ownCancellation.ofItself = this.request;
    return true;
  }

  /** The request itself. A task is asked; it settles when its cleanup is done. @internal */
  override revoke(reason: CancelledError): void {
    if (this.settled) return;
    const cancellation = this.ownCancellation;
    const outer = cancellation.delivering;
    cancellation.requests++;
    cancellation.delivering = true;
    try {
      cancelRegion(this, reason, false);
    } finally {
      cancellation.delivering = outer;
    }
  }

  /** @internal */
  override cancelBy(waiter: Waiter, reason: CancelledError): void {
    if (this.cancellation?.delivering !== true) {
      super.cancelBy(waiter, reason);
      return;
    }
    // Tasks that wait for each other: the request has come round to where it began. That wait ends now, or no task of
    // the circle ever would.
    this.removeWaiter(waiter);
    waiter.wake(this as Op<unknown>);
  }

  /** How many requests to cancel have been made and not taken back. */
  cancelling(): number {
    return this.cancellation?.requests ?? 0;
  }

  /** Takes one request back; at 0 an undelivered one is forgotten. Returns how many are left. */
  uncancel(): number {
    const cancellation = this.cancellation;
    if (cancellation === undefined || cancellation.requests === 0) return 0;
    cancellation.requests--;
    if (cancellation.requests === 0) {
      cancellation.requestedAt = 0;
      if (!this.level) spend(this);
    }
    return cancellation.requests;
  }

  /** A task's outcome is its coroutine's. @internal */
  override setResult(_value: T): void {
    throw settledByItself(this.name);
  }

  /** @internal */
  override setException(_error: unknown): void {
    throw settledByItself(this.name);
  }

  /** @internal */
  wake(): void {
    this.loop.ready(this);
  }

  /** @internal */
  takeTurn(): void {
    if (this.generator !== undefined) {
      step(this as GeneratorTask, RESUMED);
      return;
    }
    const source = this.#source;
    if (this.due) {
      // Cancelled before its first step: neither its body nor its finally ever runs.
      if (isGenerator(source)) source.return(undefined);
      this.finish(CANCELLED, this.request);
      return;
    }
    if (typeof source !== 'function') {
      this.drive(source);
      return;
    }
    let result: unknown;
    try {
      if (isGeneratorFunction(source)) {
        // Calling it runs nothing yet, so it needs no async context.
        this.generator = source() as Coroutine<unknown>;
      } else {
        result = runForTurn(this, source as () => unknown);
      }
    } catch (error) {
      this.threw(error);
      return;
    }
    if (this.generator !== undefined) step(this as GeneratorTask, undefined);
    else this.drive(result);
  }

  private drive(result: unknown): void {
    if (isGenerator(result)) {
      this.generator = result;
      step(this as GeneratorTask, undefined);
    } else if (result instanceof Op) {
      const reaction = new Reaction<void>(this);
      const continuation = new Continuation(
        result,
        (value) => this.returned(value),
        (error) => this.threw(error),
        this,
        reaction,
      );
      result.observe();
      runInRegion(this, () => continuation.attach());
    } else if (isThenable(result)) {
      result.then(
        (value) => this.returned(value),
        (error) => this.threw(error),
      );
    } else this.returned(result);
  }

  /** @internal */
  returned(value: unknown): void {
    const cancellation = this.cancellation;
    // It cancelled itself and never waited: what it asked for is what it gets.
    if (cancellation?.due && cancellation.ofItself === cancellation.request)
      this.finish(CANCELLED, cancellation.request);
    else this.finish(FULFILLED, value);
  }

  /** @internal */
  threw(error: unknown): void {
    const request = this.cancellation?.request;
    if (error instanceof CancelledError) this.finish(CANCELLED, error);
    else if (request !== undefined && isAbortOf(request, error)) this.finish(CANCELLED, request);
    else this.finish(REJECTED, error);
  }

  /** @internal */
  unwound(): void {
    this.finish(CANCELLED, this.request);
  }

  /** @internal */
  addWait(wait: CancellableWait): void {
    this.waits = linkWait(this.waits, wait);
  }

  /** @internal */
  removeWait(wait: CancellableWait): void {
    this.waits = unlinkWait(this.waits, wait);
  }

  private finish(progress: 2 | 3 | 4, outcome: unknown): void {
    this.loop.registry.remove(this);
    this.generator = undefined;
    this.parent = undefined;
    if (this.loop.instrument !== undefined) this.loop.instrument.taskDone?.(this, ENDINGS[progress], outcome);
    this.settle(progress, outcome);
  }
}

function settledByItself(name: string): UsageError {
  return new UsageError(`Task "${name}" is settled by its own coroutine, not from outside`, {
    code: 'ERR_OXBOW_LOOP_TASK_SETTLES_ITSELF',
  });
}

/**
 * Starts a coroutine on its own: an async function, a function that returns a plain value or thenable, or a `function*`.
 * Its first step runs on the next turn of the loop, never inside the call.
 *
 * A task that fails while nobody looks is reported once.
 */
export function createTask<R>(fn: (() => R) & NoStray<R>, options?: TaskOptions): Task<Result<R>> {
  checkOptions(options, TASK_OPTIONS, 'createTask()');
  if (typeof fn !== 'function') {
    throw new UsageError(
      `createTask() takes a function, got ${fn === null ? 'null' : typeof fn}: write createTask(() => …)`,
      {
        code: 'ERR_OXBOW_LOOP_NOT_A_FUNCTION',
      },
    );
  }
  return spawn(fn, options?.name);
}

/** `createTask` without its checks, for a function or a generator. @internal */
export function spawn<T>(source: unknown, name: string | undefined): Task<T> {
  const parent = currentTask();
  return new Task<T>(source, parent === undefined ? currentLoop() : parent.loop, parent, name);
}

/** The running task; `undefined` in callbacks and outside of tasks. */
export function currentTask(): Task<unknown> | undefined {
  return (driver.stepping ?? currentRegion()?.task) as Task<unknown> | undefined;
}

/** The tasks of `loop` (default: the current one) that are not done. */
export function allTasks(loop: EventLoop = currentLoop()): Set<Task<unknown>> {
  return new Set(loop.registry.list() as Task<unknown>[]);
}
