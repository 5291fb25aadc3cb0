/**
 * Requests that pass from task to task: a task that waits for another asks that one in its turn. Chains of tasks that wait for
 * each other may be thousands long, as with a promise for a mutex. So only a stretch of them is followed on the call stack.
 */

import type { CancelledError } from '../errors.ts';
import type { Root } from './region.ts';

/** How many tasks ask each other inside each other's calls, about eight calls each; the next one asks when those are back. */
const MOST_NESTED = 100;

let nested = 0;
let draining = false;
const later: { root: Root; reason: CancelledError; level: boolean }[] = [];
/** Those that go on counting as being asked until nobody is left to ask: that is how a circle is known. */
const held: Root[] = [];

/** Asks a task, by its root, to cancel; tasks it waits for are asked before this returns. */
export function askInTurn(root: Root, reason: CancelledError, level: boolean): void {
  root.requests++;
  if (nested >= MOST_NESTED) {
    later.push({ root, reason, level });
    return;
  }
  deliver(root, reason, level);
  if (nested === 0 && !draining) drain();
}

function deliver(root: Root, reason: CancelledError, level: boolean): void {
  const before = root.delivering;
  root.delivering = true;
  nested++;
  try {
    root.request(reason, level);
  } finally {
    nested--;
    if (later.length === 0 && !draining) root.delivering = before;
    else if (!before) held.push(root);
  }
}

function drain(): void {
  draining = true;
  try {
    for (let next = later.shift(); next !== undefined; next = later.shift()) {
      deliver(next.root, next.reason, next.level);
    }
  } finally {
    draining = false;
    for (const root of held.splice(0)) root.delivering = false;
  }
}
