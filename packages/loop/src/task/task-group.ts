/** TaskGroup: tasks that live and end together. */

import { checkOptions } from '../check-options.ts';
import { CancelledError, isCancelled, UsageError } from '../errors.ts';
import { shown } from '../shown-value.ts';
import { type Boundary, ScopeOp } from './cancel-scope.ts';
import { isGeneratorFunction, type NoStray, type Result } from './coroutine.ts';
import { createTask, type TaskOptions } from './create-task.ts';
import { currentPlace } from './current.ts';
import { Op } from './op.ts';
import { CANCELLED, FULFILLED, PENDING, REJECTED } from './operation.ts';
import type { Region } from './region.ts';
import type { Coroutine } from './suspension.ts';
import { currentTask, type Task } from './task.ts';

/** How a group used with `await using` ends. */
export interface TaskGroupOptions {
  /** At the end of the block: wait for the tasks, or cancel them first. Default 'join'. */
  readonly onExit?: 'join' | 'cancel';
}

/**
 * Tasks that live and end together: `await TaskGroup.run(async (group) => { group.createTask(fn) })`.
 *
 * The first failure, the body's included, cancels the rest; when all have ended, the failures arrive in one
 * AggregateError, in the order in which they happened. Cancellation from outside cancels the tasks and stays
 * cancellation, unless one of them fails on the way.
 *
 * @example
 * ```ts
 * import { run, sleep, TaskGroup } from '@oxbow/loop';
 *
 * await run(async () => {
 *   await TaskGroup.run(async (group) => {
 *     for (const ms of [10, 20]) group.createTask(() => sleep(ms));
 *   }); // both have ended here
 * });
 * ```
 */
export class TaskGroup {
  /** Vue's `reactive()` leaves what has this as it is: behind a proxy, private fields cannot be reached. @internal */
  get __v_skip(): true {
    return true;
  }

  readonly #tasks = new Set<Task<unknown>>();
  readonly #errors: unknown[] = [];
  readonly #onExit: 'join' | 'cancel';
  #region: Region | undefined = undefined;
  #closing: CancelledError | undefined = undefined;
  #cancelled: CancelledError | undefined = undefined;
  #closed = false;
  #whenEmpty: (() => void) | undefined = undefined;

  constructor(options?: TaskGroupOptions) {
    checkOptions(options, ['onExit'], 'new TaskGroup()');
    this.#onExit = options?.onExit ?? 'join';
    if (this.#onExit !== 'join' && this.#onExit !== 'cancel') {
      throw new UsageError(`new TaskGroup({ onExit }) is 'join' or 'cancel', got ${shown(this.#onExit)}`, {
        code: 'ERR_OXBOW_INVALID_OPTIONS',
      });
    }
  }

  /** Runs `body` with a new group; gives its result when the body and all tasks have ended. */
  static run<R>(body: ((group: TaskGroup) => R) & NoStray<R>): Op<Result<R>> {
    if (typeof body !== 'function') {
      throw new UsageError(
        `TaskGroup.run() takes a function, got ${shown(body)}: write TaskGroup.run(async (group) => …)`,
        {
          code: 'ERR_OXBOW_LOOP_NOT_A_FUNCTION',
        },
      );
    }
    return TaskGroup.#run(new TaskGroup(), body as (group: TaskGroup) => unknown) as Op<Result<R>>;
  }

  /** How many tasks have not ended. */
  get size(): number {
    return this.#tasks.size;
  }

  /**
   * Starts a task in the group.
   *
   * @throws UsageError when the group has ended or is being cancelled
   */
  createTask<R>(fn: (() => R) & NoStray<R>, options?: TaskOptions): Task<Result<R>> {
    if (this.#closed || this.#closing !== undefined) {
      throw new UsageError(
        `This TaskGroup ${this.#closed ? 'has ended' : 'is being cancelled'}: it takes no more tasks`,
        {
          code: 'ERR_OXBOW_LOOP_GROUP_CLOSED',
        },
      );
    }
    const task = createTask<R>(fn, options);
    task.observe();
    this.#tasks.add(task as Task<unknown>);
    task.addWaiter({ wake: () => this.#ended(task as Task<unknown>) });
    return task;
  }

  /** Cancels the body and all tasks; `run` then gives the body's result, or `undefined` when the body was cut short. */
  cancel(reason?: unknown): void {
    this.#abort(CancelledError.from(reason));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#onExit === 'cancel') this.#abort(new CancelledError('the block was left'));
    await this.#join();
    this.#closed = true;
    if (this.#errors.length > 0) throw groupError(this.#errors);
  }

  #ended(task: Task<unknown>): void {
    this.#tasks.delete(task);
    if (task.progress === REJECTED) this.#failed(task.outcome);
    if (this.#tasks.size === 0) this.#whenEmpty?.();
  }

  #failed(error: unknown): void {
    this.#errors.push(error);
    this.#abort(new CancelledError('another task of the group failed'));
  }

  #abort(reason: CancelledError): void {
    if (this.#closing !== undefined || this.#closed) return;
    this.#closing = reason;
    for (const task of [...this.#tasks]) task.ask(reason, false);
    this.#region?.request(reason, false);
  }

  /** Runs `body` and the tasks it starts, in a region the group can cancel. */
  static #run(group: TaskGroup, body: (group: TaskGroup) => unknown): Op<unknown> {
    const framed = isGeneratorFunction(body);
    const inBody = (): Op<unknown> =>
      new ScopeOp<unknown>(body.bind(undefined, group), group.#bodyBoundary(), framed);
    const whole = framed
      ? function* (): Coroutine<unknown> {
          let result: unknown;
          let unwound = true;
          try {
            result = yield* inBody();
            yield* group.#join();
            unwound = false;
          } catch (error) {
            unwound = false;
            group.#bodyFailed(error);
          } finally {
            if (unwound) group.#cancelled = currentTask()?.root?.unwindTo?.requested;
            if (group.#tasks.size > 0) {
              group.#abort(new CancelledError('the group was cancelled'));
              yield* group.#joinShielded();
            }
            group.#end();
          }
          return result;
        }
      : async (): Promise<unknown> => {
          let result: unknown;
          try {
            result = await inBody();
            await group.#join();
          } catch (error) {
            group.#bodyFailed(error);
          }
          if (group.#tasks.size > 0) {
            group.#abort(new CancelledError('the group was cancelled'));
            await group.#joinShielded();
          }
          group.#end();
          return result;
        };
    return new ScopeOp<unknown>(whole, transparent);
  }

  #bodyBoundary(): Boundary<unknown> {
    return {
      name: 'TaskGroup',
      shield: false,
      entered: (region) => {
        this.#region = region;
      },
      left: () => {
        this.#region = undefined;
      },
      cancelled: () => undefined,
    };
  }

  #bodyFailed(error: unknown): void {
    if (isCancelled(error)) {
      this.#cancelled ??= error;
      this.#abort(error);
    } else this.#failed(error);
  }

  /** Throws what the group ends with, if it does not end well. */
  #end(): void {
    this.#closed = true;
    if (this.#errors.length > 0) {
      // The failures take the place of a cancellation from outside; it is due again, as in asyncio.
      if (this.#cancelled !== undefined) currentPlace()?.region?.requesterOf(this.#cancelled)?.dueAgain();
      throw groupError(this.#errors);
    }
    if (this.#cancelled !== undefined) throw this.#cancelled;
  }

  /** Ends when no task is left; cancelling it cancels the tasks and waits on. */
  #join(): Op<void> {
    return new JoinOp(
      (done) => {
        if (this.#tasks.size === 0) done();
        else this.#whenEmpty = done;
      },
      (reason) => this.#abort(reason),
    );
  }

  /** As above, where cancellation does not reach: the tasks have been told already. */
  #joinShielded(): Op<void> {
    return new ScopeOp<void>(() => this.#join(), { ...transparent, name: 'TaskGroup', shield: true });
  }
}

class JoinOp extends Op<void> {
  readonly #whenEmpty: (done: () => void) => void;
  readonly #cancelTasks: (reason: CancelledError) => void;
  #cancelledWith: CancelledError | undefined = undefined;

  constructor(whenEmpty: (done: () => void) => void, cancelTasks: (reason: CancelledError) => void) {
    super();
    this.#whenEmpty = whenEmpty;
    this.#cancelTasks = cancelTasks;
  }

  override get name(): string {
    return 'TaskGroup';
  }

  override stop(reason: CancelledError, level: boolean): void {
    if (this.progress === PENDING) {
      this.#cancelledWith ??= reason;
      this.#cancelTasks(reason);
    } else super.stop(reason, level);
  }

  protected begin(): void {
    this.#whenEmpty(() => {
      if (this.#cancelledWith === undefined) this.settle(FULFILLED, undefined);
      else this.settle(CANCELLED, this.#cancelledWith);
    });
  }
}

/** A region without an opinion: cancellation of it ends as what it was. */
const transparent: Boundary<never> = {
  name: 'TaskGroup.run',
  shield: false,
  entered: () => {},
  left: () => {},
  cancelled: (request) => {
    throw request;
  },
};

function groupError(errors: readonly unknown[]): AggregateError {
  const tasks = errors.length === 1 ? '1 failure' : `${errors.length} failures`;
  return new AggregateError(errors, `A task group ended with ${tasks}`);
}
