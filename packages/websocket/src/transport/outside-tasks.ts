/**
 * Network events belong to no task, whoever opened the socket: without this, what happens in them would be counted as
 * done by the task that called `serve` or `connect`, and could take the cancellation meant for it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

/** Calls a function as if from no task. */
export const outsideAllTasks: <R, A extends unknown[]>(call: (...args: A) => R, ...args: A) => R =
  AsyncLocalStorage.snapshot();
