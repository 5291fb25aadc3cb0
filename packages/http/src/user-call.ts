/**
 * Calls an asynchronous function of the user's from where the package is woken. The function runs as a task, so that `sleep()` and
 * `currentLoop()` in it are those of the request's loop, before and after it waits.
 */
import { createTask, type EventLoop, type Task, until } from '@oxbow/loop';

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

/**
 * Calls it on a loop from wherever this is: an event of a socket, the callback of a promise. Where that loop has ended it is called
 * as it is.
 */
export function callUserOn<T>(loop: EventLoop, call: () => T | PromiseLike<T>, name: string): Promise<T> {
  if (loop.closed) return Promise.resolve().then(call);
  return new Promise((resolve, reject) => {
    loop.callSoon(() => void callUser(call, name).then(resolve, reject));
  });
}
