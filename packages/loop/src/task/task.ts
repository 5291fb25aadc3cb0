/**
 * Task: a coroutine on its way, and the handle to it. An async function is started once and then drives itself; a
 * generator is stepped by the loop each time what it waits for has come.
 */

import { CancelledError, isAbortOf, isCancelled, UsageError } from '../errors.ts';
import { runForTurn, type Surroundings, surroundings } from '../scheduler/context.ts';
import type { EventLoop } from '../scheduler/event-loop.ts';
import type { Resident } from '../scheduler/registry.ts';
import { adopt } from './adopt.ts';
import { askInTurn } from './ask.ts';
import { isGenerator, isGeneratorFunction, isNativePromise, takeGenerator } from './coroutine.ts';
import { type Context, currentLoop, currentPlace, driver, rootContext, runAt } from './current.ts';
import type { Frame } from './frame.ts';
import { Future } from './future.ts';
import { step } from './generator-driver.ts';
import { CANCELLED, FULFILLED, type Operation, REJECTED, type Waiter } from './operation.ts';
import { linkWait, type Place, type Region, type Root, rootOf, unlinkWait, type Wait } from './region.ts';
import { type Coroutine, RESUMED } from './suspension.ts';

/** For instruments: how a task ended, in words. */
const ENDINGS = { [FULFILLED]: 'returned', [REJECTED]: 'failed', [CANCELLED]: 'cancelled' } as const;

let counter = 0;

/** Of the tasks of which somebody asked for it. */
const ends = new WeakMap<object, Promise<void>>();

/**
 * A coroutine running on the loop: awaitable, `yield*`-able and cancellable. Made by `createTask`.
 */
export class Task<T> extends Future<T> {
  // Declared, not defined, and written by the constructor in one go: see Operation.

  declare readonly loop: EventLoop;
  /** The task that created it; forgotten when this one is done, so that a chain of tasks does not grow. */
  declare parent: Task<unknown> | undefined;
  /** What it runs: a function or a generator. */
  readonly #source: unknown;
  /** The values of ContextVars. @internal */
  declare context: Context | undefined;
  /** The asynchronous context it was created in, later that of its generator, if the program keeps any. @internal */
  declare around: Surroundings | undefined;
  /** @internal The innermost frame's generator; undefined in the async form, and before the first step. */
  declare generator: Coroutine<unknown> | undefined;
  /** @internal */
  declare frame: Frame | undefined;
  /** What its generator waits for. @internal */
  declare waitingOn: Operation | undefined;
  /** @internal */
  declare waits: Wait | undefined;
  /** Made when something is first requested of the task or of a scope in it. @internal */
  declare root: Root | undefined;
  /** @internal */
  declare nextResident: Resident | undefined;
  /** @internal */
  declare previousResident: Resident | undefined;

  /** @internal `source` is a function to call, or a generator to drive; its first turn is the next one, or the caller's affair. */
  constructor(
    source: unknown,
    loop: EventLoop,
    parent: Task<unknown> | undefined,
    name: string | undefined,
    scheduled = true,
  ) {
    super();
    loop.requireOpen();
    if (typeof source !== 'function' && isGenerator(source)) takeGenerator(source);
    this.loop = loop;
    this.parent = parent;
    this.#source = source;
    this.label = name;
    this.context = parent === undefined ? rootContext.values : parent.context;
    this.around = surroundings();
    this.generator = undefined;
    this.frame = undefined;
    this.waitingOn = undefined;
    this.waits = undefined;
    this.root = undefined;
    this.nextResident = undefined;
    this.previousResident = undefined;
    loop.registry.add(this);
    if (scheduled) loop.ready(this);
    if (loop.instrument !== undefined) loop.instrument.taskCreated?.(this, parent);
  }

  override get name(): string {
    // Asked for rarely, so worked out only then.
    this.label ??= nameOf(this.#source) || `task-${++counter}`;
    return this.label as string;
  }

  /** @internal */
  get place(): Place {
    return this.frame === undefined ? this : this.frame.place;
  }

  /** @internal */
  get task(): this {
    return this;
  }

  /** @internal */
  get region(): Region | undefined {
    return this.root;
  }

  /** @internal */
  override get homeLoop(): EventLoop {
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
    this.stop(CancelledError.from(reason), false);
    return true;
  }

  /** A task is not undone but asked: it settles when its cleanup is done. @internal */
  override stop(reason: CancelledError, _level: boolean): void {
    this.ask(reason, false);
    const { root } = this;
    if (root !== undefined && currentTask() === this) root.ofItself = root.requested;
  }

  /** Requests its cancellation. @internal */
  ask(reason: CancelledError, level: boolean): void {
    if (!this.settled) askInTurn(rootOf(this), reason, level);
  }

  /** @internal */
  override lose(waiter: Waiter, reason: CancelledError, level: boolean): void {
    const { root } = this;
    if (root?.delivering !== true) {
      // One request reaches a task once, however many ways lead to it.
      if (root?.requested !== reason || root.requestedAt === 0 || (level && !root.level))
        super.lose(waiter, reason, level);
      return;
    }
    // Tasks that wait for each other: the request has come round to where it began. That wait ends now, or no task of
    // the circle ever would.
    this.removeWaiter(waiter);
    waiter.wake(this);
  }

  /** @internal */
  endStep(by: Region): boolean {
    const op = this.waitingOn;
    if (op === undefined || op.settled || op.transparent) return false;
    rootOf(this).unwindOnWake = by;
    op.lose(this, by.requested!, by.level);
    return true;
  }

  /** @internal */
  createController(): AbortController {
    return new AbortController();
  }

  /**
   * A native promise for the end of the task, whatever the end: it never rejects. Waiting for it neither cancels the task nor
   * counts as looking at its failure.
   */
  get ended(): Promise<void> {
    let promise = ends.get(this);
    if (promise === undefined) {
      promise = new Promise((resolve) => {
        if (this.settled) resolve();
        else this.addWaiter({ wake: () => resolve() });
      });
      ends.set(this, promise);
    }
    return promise;
  }

  /** How many requests to cancel have been made and not taken back. */
  cancelling(): number {
    return this.root?.requests ?? 0;
  }

  /** Takes one request back; at 0 an undelivered one is forgotten. Returns how many are left. */
  uncancel(): number {
    const { root } = this;
    if (root === undefined || root.requests === 0) return 0;
    root.requests--;
    if (root.requests === 0) {
      root.requestedAt = 0;
      root.obey();
    }
    return root.requests;
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
      step(this, RESUMED);
      return;
    }
    const source = this.#source;
    if (this.root?.due) {
      // Cancelled before its first step: neither its body nor its finally ever runs.
      if (isGenerator(source)) source.return(undefined);
      this.finish(CANCELLED, this.root.requested);
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
        const { around } = this;
        // From here on an async function keeps it itself.
        this.around = undefined;
        result = runForTurn(this, around, source as () => unknown);
      }
    } catch (error) {
      this.threw(error);
      return;
    }
    if (this.generator !== undefined) step(this, undefined);
    else this.drive(result);
  }

  /** Goes on with what the function returned. */
  private drive(result: unknown): void {
    if (isNativePromise(result)) {
      result.then(
        (value) => this.returned(value),
        (error) => this.threw(error),
      );
    } else if (isGenerator(result)) {
      this.runGenerator(result);
    } else if (typeof result !== 'object' && typeof result !== 'function') this.returned(result);
    else {
      // Whatever its `then` does, it does on behalf of this task.
      runAt(this, () =>
        adopt({ fulfil: (value) => this.returned(value), reject: (error) => this.threw(error) }, result),
      );
    }
  }

  private runGenerator(generator: Coroutine<unknown>): void {
    try {
      // The one it was made for was taken then.
      if (generator !== this.#source) takeGenerator(generator);
    } catch (error) {
      this.threw(error);
      return;
    }
    this.generator = generator;
    step(this, undefined);
  }

  /** @internal */
  returned(value: unknown): void {
    const { root } = this;
    // It cancelled itself and never waited: what it asked for is what it gets.
    if (root?.due && root.ofItself === root.requested) this.finish(CANCELLED, root.requested);
    else this.finish(FULFILLED, value);
  }

  /** @internal */
  threw(error: unknown): void {
    const requested = this.root?.requested;
    if (isCancelled(error)) this.finish(CANCELLED, error);
    else if (requested !== undefined && isAbortOf(requested, error)) this.finish(CANCELLED, requested);
    else this.finish(REJECTED, error);
  }

  /** @internal */
  unwound(): void {
    this.finish(CANCELLED, this.root?.requested);
  }

  /** @internal */
  addWait(wait: Wait): void {
    // A function that nobody awaits waits on behalf of a task that has ended: the loop must know, to end that too.
    if (this.settled && this.waits === undefined) this.loop.registry.add(this);
    this.waits = linkWait(this.waits, wait);
  }

  /** @internal */
  removeWait(wait: Wait): void {
    this.waits = unlinkWait(this.waits, wait);
    if (this.settled && this.waits === undefined) this.loop.registry.remove(this);
  }

  /** Counts as ended, though what its function waits for may go on: see `abandonTask`. @internal */
  abandon(): boolean {
    if (this.settled) return false;
    this.finish(FULFILLED, undefined);
    return true;
  }

  private finish(progress: 2 | 3 | 4, outcome: unknown): void {
    // An abandoned task's function may end later.
    if (this.settled) return;
    if (this.waits === undefined) this.loop.registry.remove(this);
    this.generator = undefined;
    this.parent = undefined;
    if (this.loop.instrument !== undefined) this.loop.instrument.taskDone?.(this, ENDINGS[progress], outcome);
    this.settle(progress, outcome);
  }
}

/** The name of a function; what it was replaced by may be anything, or throw. */
function nameOf(source: unknown): string | undefined {
  try {
    const { name } = source as { name?: unknown };
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}

function settledByItself(name: string): UsageError {
  return new UsageError(`Task "${name}" is settled by its own coroutine, not from outside`, {
    code: 'ERR_OXBOW_LOOP_TASK_SETTLES_ITSELF',
  });
}

/**
 * The running task; `undefined` in callbacks and outside of tasks.
 *
 * @example
 * ```ts
 * import { currentTask, run } from '@oxbow/loop';
 *
 * await run(async () => console.log(currentTask()?.name)); // main
 * ```
 */
export function currentTask(): Task<unknown> | undefined {
  const { stepping } = driver;
  // Only tasks are stepped.
  return stepping === undefined ? taskAt(currentPlace()) : (stepping as Task<unknown>);
}

/** The task that a place belongs to. @internal */
export function taskAt(place: Place | undefined): Task<unknown> | undefined {
  const task = place?.task;
  return task instanceof Task ? task : undefined;
}

/**
 * The tasks of `loop` (default: the current one) that are not done.
 *
 * @example
 * ```ts
 * import { allTasks, createTask, run, sleep } from '@oxbow/loop';
 *
 * await run(async () => {
 *   createTask(() => sleep(10), { name: 'sleeper' });
 *   console.log([...allTasks()].map((task) => task.name));
 * });
 * ```
 */
export function allTasks(loop: EventLoop = currentLoop()): Set<Task<unknown>> {
  return new Set([...tasksAndLeftovers(loop)].filter((task) => !task.done));
}

/** These, and the tasks that are done but have left waits behind: of async functions that nobody awaits. @internal */
export function tasksAndLeftovers(loop: EventLoop): Set<Task<unknown>> {
  return new Set(loop.registry.list().filter((resident) => resident instanceof Task));
}

/**
 * Gives a task up that does not end though it was cancelled: it waits for something that knows no cancellation, such as a
 * foreign promise. It is done from now on, with `undefined`, and nothing waits for it any more, the end of `run` neither.
 * What its function does later is done in an ended task.
 *
 * @returns false when it was done already
 */
export function abandonTask(task: Task<unknown>): boolean {
  return task.abandon();
}
