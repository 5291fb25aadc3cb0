/** ContextVar: a value per task, inherited by the tasks it starts. */

import { UsageError } from '../errors.ts';
import { type Context, rootContext } from './current.ts';
import { currentTask, type Task } from './task.ts';

/** Takes a `set` back. */
export interface ContextVarToken<T> {
  readonly variable: ContextVar<T>;
  /** @internal */
  readonly task: Task<unknown> | undefined;
  /** @internal */
  readonly before: { readonly value: T } | undefined;
}

/**
 * A variable with a value for each task. A new task starts with the values its creator has at that moment; what it sets
 * afterwards is its own.
 *
 * @example
 * ```ts
 * import { ContextVar, createTask, run } from '@oxbow/loop';
 *
 * const user = new ContextVar<string>('user');
 *
 * await run(async () => {
 *   user.set('ada');
 *   await createTask(async () => console.log(user.get())); // ada
 * });
 * ```
 */
export class ContextVar<T> {
  /** Vue's `reactive()` leaves what has this as it is: behind a proxy, private fields cannot be reached. @internal */
  get __v_skip(): true {
    return true;
  }

  readonly name: string;
  readonly #fallback: { readonly value: T } | undefined;

  constructor(name: string, options?: { readonly default: T }) {
    this.name = name;
    this.#fallback = options === undefined ? undefined : { value: options.default };
  }

  /**
   * The value in the current task; otherwise `fallback`, otherwise the variable's default.
   *
   * @throws UsageError when there is none of the three
   */
  get(...fallback: [fallback?: T]): T {
    const found = this.#find(contextOf(currentTask()));
    if (found !== undefined) return found.value;
    if (fallback.length > 0) return fallback[0] as T;
    if (this.#fallback !== undefined) return this.#fallback.value;
    throw new UsageError(`ContextVar "${this.name}" has no value here and no default`, {
      code: 'ERR_OXBOW_LOOP_NO_CONTEXT_VALUE',
    });
  }

  /** Sets the value for the current task, and for the tasks it starts from now on. */
  set(value: T): ContextVarToken<T> {
    const task = currentTask();
    const before = this.#find(contextOf(task));
    this.#write(task, { value });
    return { variable: this, task, before };
  }

  /** Puts back what was there before the `set` that gave `token`, in the same task. */
  reset(token: ContextVarToken<T>): void {
    const task = currentTask();
    if (token.variable !== this || token.task !== task) {
      throw new UsageError(`This token was not given by set() of ContextVar "${this.name}" in this task`, {
        code: 'ERR_OXBOW_LOOP_FOREIGN_TOKEN',
      });
    }
    this.#write(task, token.before);
  }

  #find(context: Context | undefined): { readonly value: T } | undefined {
    return context?.get(this) as { readonly value: T } | undefined;
  }

  #write(task: Task<unknown> | undefined, entry: { readonly value: T } | undefined): void {
    // Copied on write: tasks started before keep what they inherited.
    const context = new Map(contextOf(task));
    if (entry === undefined) context.delete(this);
    else context.set(this, entry);
    if (task === undefined) rootContext.values = context;
    else task.context = context;
  }
}

function contextOf(task: Task<unknown> | undefined): Context | undefined {
  return task === undefined ? rootContext.values : task.context;
}
