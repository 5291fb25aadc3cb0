/**
 * Regions: where a request to cancel holds, and the one way it takes to the waits inside.
 *
 * THEORY OF OPERATION
 *
 * A region is a stretch of a task that can be cancelled on its own: the task as a whole (its root), or a scope inside it
 * (timeout, CancelScope, TaskGroup.run). Regions nest; each knows the one around it. Most tasks are never cancelled and
 * enter no scope, so the root is made when it is first needed. Code runs at a *place*: a region, or a task that may have no
 * region yet.
 *
 * One cancellation, from beginning to end. Each step has one verb, and the code uses it:
 *
 *   request   `region.request(error)` notes the error and the moment; the region is *due* until somebody obeys.
 *   reach     It looks at the waits of the task: it reaches those that began inside it, with no shield in between.
 *   abort     Signals that were handed out inside are aborted.
 *   end       Each wait it reaches is told to end (`Wait.end`); a wait tells the Op that it waits for.
 *   lose      A shared Op loses that waiter and goes on for the others. The last waiter *stops* it: what it does is undone.
 *             A Task is not undone but asked in its turn: its own root is requested, and so on down the chain.
 *   settle    The Op is cancelled (or has a value or an error all the same: then that counts).
 *   wake      The waiter is put on the ready queue.
 *   obey      On its turn the wait rejects with the error, and the request is no longer due. If a value had come, the wait
 *             returns the value and the request is *due again*, at the next wait: nothing handed over is lost.
 *   unwind    A generator is not thrown into but ended by return(), one frame after the other, up to the frame of the region.
 *   leave     The region is left. Its own request ends here, as a TimeoutError or `undefined`; one from further out passes.
 *
 * When nothing waits at the moment of the request, it stays due, and the next wait is *declined*: an Op that has not begun
 * never does. What runs already (a task) is stopped and waited for.
 *
 * Edge or level. `task.cancel()`, a group or a race ask once: one wait ends, and cleanup may wait again. A scope that is
 * cancelled or past its deadline goes on asking until it is left.
 *
 *   request | a wait by `await`                        | a wait by `yield*`                     | behind a shield
 *   --------+------------------------------------------+----------------------------------------+-------------------------
 *   edge    | it rejects with CancelledError, once;    | the frame is unwound by return();      | not reached; it stays
 *           | due again if a value came first          | cleanup (`finally`) may wait again     | due, and is obeyed at
 *           |                                          |                                        | the first wait outside
 *   level   | so does every wait until the region is   | every frame up to the region's is      | the same; inside the
 *           | left, cleanup's too                      | unwound; a wait in cleanup as well     | shield nothing happens
 *   no wait | due: the next wait is declined           | due: unwound at the next suspension    | due, as above
 *
 * Several requests. Each names its region, and the outermost one decides: a wait that two regions reach ends with the error
 * of the outer. A region may be left while a request from further out is due, or came later than the region was entered. It
 * then gives way to that request, so that an outer cancellation is never absorbed by an inner timeout.
 *
 * Parts. A generator awaited by an async function (`await call(gen())`, `timeout(ms, () => gen())`, `gather(gen())`) needs a
 * task to drive it. That task is part of the one that waits. A level request passes on to its root as a level request, so a
 * scope is the same in every form. A task made by createTask has a life of its own and is always asked once.
 *
 * Where else to look: task.ts asks and answers for its coroutine; generator-driver.ts unwinds; continuation.ts is the wait by
 * `await`; operation.ts loses waiters and stops; cancel-scope.ts enters and leaves regions.
 */

import type { CancelledError } from '../errors.ts';
import { hasAbortListeners } from '../host/abort-listeners.ts';
import type { EventLoop } from '../scheduler/event-loop.ts';
import type { Waiter } from './operation.ts';

/** Where code runs, and waits: a region, or a task as a whole, whether it has a region yet or not. */
export type Place = TaskCore | Region;

/** A wait that a request must end: of an async function, or of a native promise. A generator's is its task's own. */
export interface Wait {
  readonly place: Place | undefined;
  nextWait: Wait | undefined;
  previousWait: Wait | undefined;
  /** Ends it because of a request to `by`, a region around it. */
  end(by: Region): void;
}

/** What regions, waits and Ops need of a task. */
export interface TaskCore extends Waiter {
  readonly task: TaskCore;
  /** Its root, if it has one yet. */
  readonly region: Region | undefined;
  readonly name: string;
  readonly loop: EventLoop;
  root: Root | undefined;
  /** Where its generator runs: in the region of the innermost frame. */
  readonly place: Place;
  /** Its waits by `await` and of native promises, the newest first. */
  readonly waits: Wait | undefined;
  addWait(wait: Wait): void;
  removeWait(wait: Wait): void;
  /** Ends the wait of its generator because of a request to `by`. False when it is in none that can be ended. */
  endStep(by: Region): boolean;
  /** What its own signal comes from. */
  createController(): AbortController;
}

/** A stretch of a task that can be cancelled on its own. */
export class Region {
  readonly task: TaskCore;
  readonly outer: Region | undefined;
  /** Requests to regions further out do not reach the waits in here. */
  readonly shield: boolean;
  /** The latest request; it stays when it has been obeyed, so that its error can be recognised. */
  requested: CancelledError | undefined;
  /** When that was made, as a number that only grows; 0 if none was, or it was taken back. */
  requestedAt: number;
  /** The request is still to be obeyed, at the next wait. */
  due: boolean;
  /** Every wait ends until the region is left, not only the first. */
  level: boolean;
  /** Of the signal that was handed out inside, if one was. */
  controller: AbortController | undefined;

  constructor(task: TaskCore, outer: Region | undefined, shield: boolean) {
    this.task = task;
    this.outer = outer;
    this.shield = shield;
    this.requested = undefined;
    this.requestedAt = 0;
    this.due = false;
    this.level = false;
    this.controller = undefined;
  }

  /** As a place, a region is its own. */
  get region(): this {
    return this;
  }

  /** Requests that what runs inside is cancelled: now, and at the next wait if there is none to end. */
  request(error: CancelledError, level: boolean): void {
    const { task } = this;
    this.requested = error;
    this.level ||= level;
    this.dueAgain();
    let delivered = abortSignals(this, error);
    for (const wait of waitsInside(this)) {
      wait.end(this);
      delivered = true;
    }
    if (this.reaches(task.place) && task.endStep(this)) delivered = true;
    if (delivered) this.obey();
  }

  /** The request is to be obeyed at the next wait: nobody has yet, or a value came instead. */
  dueAgain(): void {
    if (this.requested === undefined) return;
    this.requestedAt = ++requestsMade;
    if (this.due) return;
    this.due = true;
    this.task.root!.pending++;
  }

  /** Somebody has obeyed: a request by edge is over; one by level stays until its region is left. */
  obey(): void {
    if (!this.due || this.level) return;
    this.due = false;
    this.task.root!.pending--;
  }

  /** The region has been left: what was requested of it binds nobody any more. */
  leave(): void {
    this.level = false;
    this.obey();
    this.task.root!.signalled?.delete(this);
  }

  /** Whether waits at `place` belong to this region, and no shield stands between them. */
  reaches(place: Place | undefined): boolean {
    for (let region = place?.region; region !== undefined; region = region.outer) {
      if (region === this) return true;
      if (region.shield) return false;
    }
    return false;
  }

  /** Whether this region is `inner` or around it. */
  isAround(inner: Region): boolean {
    for (let region: Region | undefined = inner; region !== undefined; region = region.outer) {
      if (region === this) return true;
    }
    return false;
  }

  /** The nearest region, this one or one around it, whose request `error` is. */
  requesterOf(error: unknown): Region | undefined {
    for (let region: Region | undefined = this; region !== undefined; region = region.outer) {
      if (region.requested === error) return region;
    }
    return undefined;
  }

  /** The outermost region around this one of which something was requested later than `moment`, obeyed by now or not. */
  requestedSince(moment: number): Region | undefined {
    let found: Region | undefined;
    for (let region: Region | undefined = this; region !== undefined; region = region.outer) {
      if (region.requestedAt > moment) found = region;
      if (region.shield) break;
    }
    return found;
  }

  /** The signal for code inside: aborted, with the CancelledError as its reason, when the region is cancelled. */
  get signal(): AbortSignal {
    if (this.controller !== undefined) return this.controller.signal;
    const due = dueAt(this);
    if (due !== undefined) {
      due.obey();
      return AbortSignal.abort(due.requested);
    }
    this.controller = this.outer === undefined ? this.task.createController() : new AbortController();
    const root = this.task.root!;
    root.signalled ??= new Set();
    root.signalled.add(this);
    return this.controller.signal;
  }
}

/** The outermost region of a task, and what is kept once for all regions of it. */
export class Root extends Region {
  /** How many times the task was asked to cancel, less what was taken back. */
  requests = 0;
  /** How many regions of the task are due. */
  pending = 0;
  /** The task's waits are being ended at this moment. */
  delivering = false;
  /** The latest request that the running task made of itself. */
  ofItself: CancelledError | undefined = undefined;
  /** Regions whose signal somebody asked for. */
  signalled: Set<Region> | undefined = undefined;
  /** The innermost frame is being unwound, and its callers up to this region's. */
  unwindTo: Region | undefined = undefined;
  /** The generator's wait was ended by a request to this region: unwind when it wakes. */
  unwindOnWake: Region | undefined = undefined;

  constructor(task: TaskCore) {
    super(task, undefined, false);
  }
}

/** The region of a place; a task's root is made if it has none. */
export function regionAt(place: Place): Region {
  return place.region ?? rootOf(place.task);
}

/** The root of a task, made if it has none. */
export function rootOf(task: TaskCore): Root {
  task.root ??= new Root(task);
  return task.root;
}

/** The outermost region whose request a wait that begins at `place` must obey. */
export function dueAt(place: Place | undefined): Region | undefined {
  const root = place?.task.root;
  if (root === undefined || root.pending === 0) return undefined;
  let found: Region | undefined;
  for (let region = place!.region; region !== undefined; region = region.outer) {
    if (region.due) found = region;
    if (region.shield) break;
  }
  return found;
}

/** How many requests have been made, of whatever regions: tells which of two came later. */
let requestsMade = 0;

/** The moment, for `requestedSince`. */
export function requestsSoFar(): number {
  return requestsMade;
}

/** The waits that a region reaches, in the order in which they began. */
function waitsInside(region: Region): Wait[] {
  const waits: Wait[] = [];
  for (let wait = region.task.waits; wait !== undefined; wait = wait.nextWait) {
    if (region.reaches(wait.place)) waits.push(wait);
  }
  return waits.reverse();
}

/** Aborts the signals handed out inside `region`; returns whether somebody listened to one. */
function abortSignals(region: Region, error: CancelledError): boolean {
  const { signalled } = region.task.root!;
  if (signalled === undefined) return false;
  let heard = false;
  for (const inner of signalled) {
    if (!region.reaches(inner) || inner.controller === undefined) continue;
    const { controller } = inner;
    signalled.delete(inner);
    // One request, one abort: cleanup that asks again gets a fresh signal, unless the scope stays cancelled.
    if (!region.level) inner.controller = undefined;
    heard ||= hasAbortListeners(controller.signal);
    controller.abort(error);
  }
  return heard;
}

/** Adds a wait to a task's list, which costs nothing while it is empty; returns the new head. */
export function linkWait(head: Wait | undefined, wait: Wait): Wait {
  wait.nextWait = head;
  if (head !== undefined) head.previousWait = wait;
  return wait;
}

/** Takes a wait out of the list; returns the new head. */
export function unlinkWait(head: Wait | undefined, wait: Wait): Wait | undefined {
  const { previousWait, nextWait } = wait;
  if (previousWait !== undefined) previousWait.nextWait = nextWait;
  if (nextWait !== undefined) nextWait.previousWait = previousWait;
  wait.previousWait = undefined;
  wait.nextWait = undefined;
  return head === wait ? nextWait : head;
}
