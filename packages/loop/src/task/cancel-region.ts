// Delivers requests to cancel: from a region to the waits and signals inside it. It knows what a task waits for, not what a
// task is.

import type { CancelledError } from '../errors.ts';
import { hasAbortListeners } from '../host/abort-listeners.ts';
import type { Cancellation } from './cancellation.ts';
import type { CancellableWait, Region } from './current.ts';
import type { SteppingTask } from './op.ts';
import { dueRegion, reaches, request, spend } from './region.ts';

/** What delivery needs of a task. */
export interface CancellableTask extends SteppingTask {
  /** Its waits by `await`, the newest first. */
  readonly waits: CancellableWait | undefined;
  readonly cancellation: Cancellation | undefined;
  /** Made when first needed. */
  readonly ownCancellation: Cancellation;
}

/**
 * Requests the cancellation of a region and delivers it to the waits inside; without any it stays due for the next.
 */
export function cancelRegion(region: Region, error: CancelledError, level: boolean): void {
  const task = region.task as CancellableTask;
  request(region, error, level);
  let delivered = abortSignals(task, region, error);
  for (const wait of waitsIn(task, region)) {
    wait.cancelWait(region, error);
    delivered = true;
  }
  const op = task.waitingOn;
  if (op !== undefined && !op.settled && !op.transparent && reaches(region, task.region)) {
    task.unwindOnWake = region;
    op.cancelBy(task, error);
    delivered = true;
  }
  if (delivered) spend(region);
}

function waitsIn(task: CancellableTask, region: Region): CancellableWait[] {
  const waits: CancellableWait[] = [];
  for (let wait = task.waits; wait !== undefined; wait = wait.nextWait) {
    if (reaches(region, wait.region)) waits.push(wait);
  }
  // The list has the newest first; waits end in the order they began.
  return waits.reverse();
}

/** Aborts the signals handed out inside `region`; gives true when somebody listened to one. */
function abortSignals(task: CancellableTask, region: Region, error: CancelledError): boolean {
  if (task.cancellation?.signalled === undefined) return false;
  let heard = false;
  for (const inner of task.cancellation.signalled) {
    if (!reaches(region, inner) || inner.controller === undefined) continue;
    const controller = inner.controller;
    task.cancellation.signalled.delete(inner);
    // One request, one abort: cleanup that asks again gets a fresh signal, unless the scope stays cancelled.
    if (!region.level) inner.controller = undefined;
    heard ||= hasAbortListeners(controller.signal);
    controller.abort(error);
  }
  return heard;
}

/** The signal of the innermost region: aborted, with the CancelledError as reason, when that region is cancelled. */
export function signalOf(region: Region): AbortSignal {
  if (region.controller === undefined) {
    const controller = new AbortController();
    const due = region.task.pendingRequests === 0 ? undefined : dueRegion(region);
    if (due !== undefined) {
      spend(due);
      controller.abort(due.request);
      return controller.signal;
    }
    region.controller = controller;
    const cancellation = (region.task as CancellableTask).ownCancellation;
    cancellation.signalled ??= new Set();
    cancellation.signalled.add(region);
  }
  return region.controller.signal;
}
