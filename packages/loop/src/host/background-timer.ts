// A timer that keeps no process alive.

import { outsideAllTasks } from '../scheduler/context.ts';

// Taken when the module is loaded: a test that replaces the timers must not stop debug mode.
const startInterval = setInterval;
const stopInterval = clearInterval;

/** Calls back every `everyMs` milliseconds, on behalf of no task, until the returned function is called. */
export function everyInBackground(everyMs: number, callback: () => void): () => void {
  const timer = outsideAllTasks(() => startInterval(callback, everyMs));
  // A page's timer is a number.
  (timer as Partial<NodeJS.Timeout>).unref?.();
  return () => stopInterval(timer);
}
