/** Timers that keep no process alive. */

import { outsideAllTasks } from '../scheduler/context.ts';

// Taken when the module is loaded: a test that replaces the timers must not stop debug mode.
const startInterval = setInterval;
const stopInterval = clearInterval;
const startTimeout = setTimeout;
const stopTimeout = clearTimeout;

/** Calls back every `everyMs` milliseconds, on behalf of no task, until the returned function is called. */
export function everyInBackground(everyMs: number, callback: () => void): () => void {
  const timer = outsideAllTasks(() => startInterval(callback, everyMs));
  letGo(timer);
  return () => stopInterval(timer);
}

/**
 * Calls back once after `delayMs` milliseconds, on behalf of no task, unless the returned function is called
 * before.
 */
export function afterDelay(delayMs: number, callback: () => void): () => void {
  const timer = outsideAllTasks(() => startTimeout(callback, delayMs));
  letGo(timer);
  return () => stopTimeout(timer);
}

function letGo(timer: NodeJS.Timeout): void {
  // A page's timer is a number.
  (timer as Partial<NodeJS.Timeout>).unref?.();
}
