/**
 * Calling an asynchronous function of the user's from where the package is woken: as a task, so that `sleep()` and `currentLoop()` in
 * it are those of the request's loop, before and after it waits.
 */
import { createTask, type Task, until } from '@oxbow/loop';

/** Calls it on the current loop. Cancelling the task ends the wait for a promise that never settles, too. */
export function callUser<T>(call: () => T | PromiseLike<T>, name: string): Task<T> {
  return createTask(
    async (): Promise<T> => {
      const value = call();
      return isThenable(value) ? await until(value) : value;
    },
    { name },
  ) as Task<T>;
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
