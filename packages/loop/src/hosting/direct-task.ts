/**
 * A task that is stepped at once by what wakes it, without a turn of the loop. It is for protocols that
 * answer events: a response has come, a connection has closed. One coroutine reads better there than a
 * machine of callbacks, and a turn of the loop for each event would cost more than the step.
 */

import { checkOptions } from '../check-options.ts';
import { ambient, outsideAllTasks } from '../scheduler/context.ts';
import { EventLoop } from '../scheduler/event-loop.ts';
import { currentLoop, driver } from '../task/current.ts';
import type { Coroutine } from '../task/suspension.ts';
import { Task } from '../task/task.ts';

/** How a direct task is made. */
export interface DirectTaskOptions {
  /** The loop it lives on, which cancels it and waits for it when `run()` ends. Default: the current one. */
  readonly loop?: EventLoop;
  /** For messages and debug output. Default: `task-N`. */
  readonly name?: string;
  /** Whether its first step is taken on the next turn, as createTask's is, or at once. Default 'soon'. */
  readonly start?: 'soon' | 'now';
}

const DIRECT_TASK_OPTIONS = ['loop', 'name', 'start'];

/** Steps itself where it is woken, unless a turn or a step is under way there. */
class DirectTask<T> extends Task<T> {
  override wake(): void {
    if (EventLoop.active !== undefined || driver.stepping !== undefined || this.loop.closed) super.wake();
    else if (ambient() === undefined) this.takeTurn();
    else outsideAllTasks(stepNow, this as Task<unknown>);
  }
}

function stepNow(task: Task<unknown>): void {
  task.takeTurn();
}

/**
 * Runs a generator as a task that belongs to no other: it has no parent, sees no ContextVar of the caller's,
 * and is not cancelled with the caller. It is stepped inside the event that wakes it, such as a future that
 * is set or an Op that settles. When that happens during a turn of a loop, it takes a turn of its own, as
 * every task does.
 *
 * Its code therefore runs inside the call stack of the code that settles what it waits for, as a callback would. It
 * must not wait for what only ever settles within its own step.
 *
 * @throws UsageError for an unknown option, or when the loop is closed
 */
export function startDirectly<T>(coroutine: Coroutine<T>, options?: DirectTaskOptions): Task<T> {
  checkOptions(options, DIRECT_TASK_OPTIONS, 'startDirectly()');
  const task = new DirectTask<T>(coroutine, options?.loop ?? currentLoop(), undefined, options?.name, false);
  if (options?.start === 'now') task.wake();
  else task.loop.ready(task);
  return task;
}
