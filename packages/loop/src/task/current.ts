// Who is running: the task and cancel region on whose behalf code executes right now.
//
// A generator step is announced in a module variable (it costs nothing); an async function's continuations are
// found through AsyncLocalStorage, written once when the task or region starts.

import type { CancelledError } from '../errors.ts';
import { ambient, runAs } from '../scheduler/context.ts';
import { EventLoop } from '../scheduler/event-loop.ts';

/** A stretch of a task that can be cancelled on its own: the task itself, or a cancel scope inside it. */
export interface Region {
  readonly task: TaskCore;
  readonly outer: Region | undefined;
  /** Requests to regions further out do not reach the waits in here. */
  readonly shield: boolean;
  /** The latest request; stays when it has been delivered, so that its error can be recognised. */
  request: CancelledError | undefined;
  /** When that was made, as a number that only grows; 0 if none was, or it was taken back. */
  requestedAt: number;
  /** The request is still to be delivered, at the next wait. */
  due: boolean;
  /** Every wait fails until the region is left, not only the first. */
  level: boolean;
  controller: AbortController | undefined;
}

/** A wait that its region's cancellation must end. */
export interface CancellableWait {
  readonly region: Region | undefined;
  nextWait: CancellableWait | undefined;
  previousWait: CancellableWait | undefined;
  /** Ends the wait with the request of `by`, a region around it. */
  cancelWait(by: Region, error: CancelledError): void;
}

/** What waits and regions need of a task. */
export interface TaskCore extends Region {
  readonly name: string;
  readonly loop: EventLoop;
  /** The innermost region of the running generator frame. */
  readonly region: Region;
  /** How many of the task's regions have a request that waits must look at. */
  pendingRequests: number;
  addWait(wait: CancellableWait): void;
  removeWait(wait: CancellableWait): void;
}

/** What is true while a generator task is being stepped; an object, so that the driver and the Ops may write it. */
export interface Driver {
  /** The task. */
  stepping: TaskCore | undefined;
  /** Cancellation is due before the wait that begins: unwind as soon as the generator is suspended. */
  unwindAtSuspend: boolean;
}

export const driver: Driver = { stepping: undefined, unwindAtSuspend: false };

/** The values of ContextVars, shared until one is set. */
export type Context = ReadonlyMap<object, unknown>;

/** What is set outside of tasks, and inherited by tasks made there. */
export const rootContext: { values: Context | undefined } = { values: undefined };

/** The innermost region of the running code; `undefined` outside of tasks. */
export function currentRegion(): Region | undefined {
  const task = driver.stepping;
  return task === undefined ? (ambient() as Region | undefined) : task.region;
}

/** Runs the start of an async function so that it and all its continuations belong to `region`. */
export function runInRegion<R>(region: Region, body: () => R): R {
  const stepping = driver.stepping;
  driver.stepping = undefined;
  try {
    return runAs(region, body);
  } finally {
    driver.stepping = stepping;
  }
}

/** The loop of the running task or callback; outside of both, the process's implicit one. */
export function currentLoop(): EventLoop {
  return (
    driver.stepping?.loop ??
    currentRegion()?.task.loop ??
    EventLoop.active ??
    (EventLoop.implicit ??= new EventLoop())
  );
}
