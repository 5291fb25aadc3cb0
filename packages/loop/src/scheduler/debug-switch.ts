// How a loop turns debug mode on without knowing it: debug mode knows tasks, and tasks know loops.

import type { DebugReport } from '../debug/report.ts';
import { environment } from '../host/program.ts';

/** Watches a loop until the returned function is called. */
export type BeginDebugging = (
  loop: object,
  onReport: ((report: DebugReport) => void) | undefined,
) => () => void;

let begin: BeginDebugging | undefined;

/** Called by debug mode as it is loaded. */
export function provideDebugging(beginDebugging: BeginDebugging): void {
  begin = beginDebugging;
}

/** Turns debug mode on for a loop, and returns what turns it off. */
export const beginDebugging: BeginDebugging = (loop, onReport) => {
  if (begin === undefined) throw new Error('debug mode is not loaded: import @oxbow/loop');
  return begin(loop, onReport);
};

/** Whether `OXBOW_DEBUG` asks for debug mode: set, and neither empty nor 0. */
export function debugByEnvironment(): boolean {
  const value = environment('OXBOW_DEBUG');
  return begin !== undefined && value !== undefined && value !== '' && value !== '0';
}
