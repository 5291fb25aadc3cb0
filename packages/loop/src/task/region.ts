// How requests to cancel travel inside one task: from the region they are made to, into its waits.

import type { CancelledError } from '../errors.ts';
import type { CancellableWait, Region } from './current.ts';

/** A region inside a task; the task itself is its outermost. */
export class InnerRegion implements Region {
  readonly task: Region['task'];
  readonly outer: Region;
  readonly shield: boolean;
  request: CancelledError | undefined = undefined;
  requestedAt = 0;
  due = false;
  level = false;
  controller: AbortController | undefined = undefined;

  constructor(outer: Region, shield: boolean) {
    this.task = outer.task;
    this.outer = outer;
    this.shield = shield;
  }
}

/** Whether waits in `inner` belong to `outer`, and no shield stands between them. */
export function reaches(outer: Region, inner: Region | undefined): boolean {
  for (let region = inner; region !== undefined; region = region.outer) {
    if (region === outer) return true;
    if (region.shield) return false;
  }
  return false;
}

/** Whether `outer` is `inner` or around it. */
export function isAround(outer: Region, inner: Region): boolean {
  for (let region: Region | undefined = inner; region !== undefined; region = region.outer) {
    if (region === outer) return true;
  }
  return false;
}

/** The outermost region around `inner` whose request a wait starting there must obey. */
export function dueRegion(inner: Region): Region | undefined {
  let found: Region | undefined;
  for (let region: Region | undefined = inner; region !== undefined; region = region.outer) {
    if (region.due) found = region;
    if (region.shield) break;
  }
  return found;
}

/** How many requests have been made, to whatever regions: tells which of two came later. */
let requestsMade = 0;

export function requestsSoFar(): number {
  return requestsMade;
}

/** The outermost region around `inner` of which something was requested later than `moment`, obeyed by now or not. */
export function requestedSince(inner: Region, moment: number): Region | undefined {
  let found: Region | undefined;
  for (let region: Region | undefined = inner; region !== undefined; region = region.outer) {
    if (region.requestedAt > moment) found = region;
    if (region.shield) break;
  }
  return found;
}

/** The request has been obeyed: a one-time request is spent, a level-triggered one stays until its region is left. */
export function spend(region: Region): void {
  if (region.due && !region.level) {
    region.due = false;
    region.task.pendingRequests--;
  }
}

/** Makes a request; the caller delivers it. */
export function request(region: Region, error: CancelledError, level: boolean): void {
  region.request = error;
  region.requestedAt = ++requestsMade;
  region.level ||= level;
  if (!region.due) {
    region.due = true;
    region.task.pendingRequests++;
  }
}

/** The request was delivered to a wait that ended with a value all the same: it is due at the next wait. */
export function requestAgain(region: Region | undefined): void {
  if (region?.request !== undefined) request(region, region.request, region.level);
}

/** The region has been left: what was requested of it binds nobody any more. */
export function leave(region: Region): void {
  region.level = false;
  spend(region);
}

/** The waits of a task, in a list that costs nothing while it is empty. */
export function linkWait(head: CancellableWait | undefined, wait: CancellableWait): CancellableWait {
  wait.nextWait = head;
  if (head !== undefined) head.previousWait = wait;
  return wait;
}

export function unlinkWait(
  head: CancellableWait | undefined,
  wait: CancellableWait,
): CancellableWait | undefined {
  const { previousWait, nextWait } = wait;
  if (previousWait !== undefined) previousWait.nextWait = nextWait;
  if (nextWait !== undefined) nextWait.previousWait = previousWait;
  wait.previousWait = undefined;
  wait.nextWait = undefined;
  return head === wait ? nextWait : head;
}
