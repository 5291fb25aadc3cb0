// Runs code as if no task had called it: what it starts (workers, timers) outlives the task and belongs to none.

import { type Region, runInRegion } from '../task/current.ts';

/** Calls `body` outside of every task. */
export function runOutsideTasks<R>(body: () => R): R {
  return runInRegion(undefined as unknown as Region, body);
}
