/**
 * The five jobs in async functions, each in a task that AsyncLocalStorage keeps. It adds the least that makes tasks of
 * native promises: a start on the next turn, waits that a cancellation ends, and a parent.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Workload } from '../../harness/workload.ts';
import { promiseJobs } from './promise-jobs.ts';

interface Task {
  readonly parent: Task | undefined;
  readonly children: Set<Task>;
  isCancelled: boolean;
  rejectWait: ((reason: Error) => void) | undefined;
}

const current = new AsyncLocalStorage<Task>();

function start<T>(body: () => Promise<T>): Promise<T> {
  const parent = current.getStore();
  const task: Task = { parent, children: new Set(), isCancelled: false, rejectWait: undefined };
  parent?.children.add(task);
  return Promise.resolve()
    .then(() => {
      if (task.isCancelled) throw new Error('cancelled');
      return current.run(task, body);
    })
    .finally(() => parent?.children.delete(task));
}

function wait(register: (wake: () => void) => void): Promise<void> {
  const task = current.getStore();
  return new Promise<void>((resolve, reject) => {
    if (task === undefined) return register(resolve);
    if (task.isCancelled) return reject(new Error('cancelled'));
    task.rejectWait = reject;
    register(() => {
      task.rejectWait = undefined;
      resolve();
    });
  });
}

/** Ends the task's wait and those of what it started. */
export function cancel(task: Task): void {
  task.isCancelled = true;
  task.rejectWait?.(new Error('cancelled'));
  for (const child of task.children) cancel(child);
}

export const workloads: Readonly<Record<string, Workload>> = promiseJobs({
  start,
  wait,
  turn: () => wait((wake) => queueMicrotask(wake)),
});
