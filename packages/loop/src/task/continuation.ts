/**
 * A pair of handlers, as `then` was given them, and on whose behalf they wait. They are called when an Op has settled.
 *
 * It is made for each wait of an async function, so its fields are declared, and written once by the constructor. A
 * Continuation is no promise itself: a Reaction is made beside it for the promise of `then`, when that is asked for.
 */

import { opProbe } from '../debug/instrument.ts';
import { UsageError } from '../errors.ts';
import type { EventLoop } from '../scheduler/event-loop.ts';
import type { Turn } from '../scheduler/ready-queue.ts';
import { currentLoop } from './current.ts';
import { FULFILLED, IDLE, type Operation, REJECTED, type Waiter } from './operation.ts';
import { dueAt, type Place, type Region, type TaskCore, type Wait } from './region.ts';

/** Its `then` is a microtask. */
const ended = Promise.resolve();

/** What may be called with a value, or with an error. */
export type Handler = ((outcome: unknown) => unknown) | null | undefined;

/** The promise of what a handler gives. */
export interface Derived {
  /** Calls the handler, and settles with what it gives or throws. */
  react(handler: Handler, fulfilled: boolean, outcome: unknown): void;
}

/** A wait by `then`: on a turn of the loop, it calls one of two handlers. */
export class Continuation implements Turn, Wait, Waiter {
  /** What is waited for. */
  declare readonly source: Operation;
  /** On whose behalf. */
  declare readonly place: Place | undefined;
  declare nextWait: Wait | undefined;
  declare previousWait: Wait | undefined;
  declare private readonly onFulfilled: Handler;
  declare private readonly onRejected: Handler;
  /** Whose handlers they are; undefined: those of a native promise, which run nobody's code. */
  declare private readonly derived: Derived | undefined;
  /** Why the wait fails, unless what it waits for decides otherwise. */
  declare private cancelledWith: Error | undefined;
  /** Which region's request has ended it; undefined for a wait that never began. */
  declare private endedBy: Region | undefined;

  constructor(
    source: Operation,
    onFulfilled: Handler,
    onRejected: Handler,
    place: Place | undefined,
    derived: Derived | undefined,
  ) {
    this.source = source;
    this.place = place;
    this.nextWait = undefined;
    this.previousWait = undefined;
    this.onFulfilled = onFulfilled;
    this.onRejected = onRejected;
    this.derived = derived;
    this.cancelledWith = undefined;
    this.endedBy = undefined;
  }

  /** On whose behalf it takes its turn. @internal */
  get task(): TaskCore | undefined {
    return this.place?.task;
  }

  /** Joins the source's waiters, unless cancellation or the outcome is there already. */
  attach(): void {
    const { source, place } = this;
    if (place?.task.loop.closed) {
      // The program has ended, and this is a function that nobody has awaited.
      this.fail(place.task.loop.closedError());
      return;
    }
    const root = place?.task.root;
    const due =
      root === undefined || root.pending === 0 || source.passesCheckpoint('await') ? undefined : dueAt(place);
    if (due !== undefined && source.progress === IDLE) {
      // What has not begun never does.
      if (opProbe.current !== undefined) opProbe.current.opAwaited(source);
      source.declined(due.requested!, due.level);
      due.obey();
      this.fail(due.requested!);
      return;
    }
    if (source.progress === IDLE) source.start();
    if (source.settled) this.enqueue();
    else if (place !== undefined && (source as unknown) === place.task) this.fail(awaitSelf(place.task));
    else {
      source.addWaiter(this);
      if (place !== undefined && !source.transparent) {
        const { task } = place;
        task.addWait(this);
        if (task.loop.instrument !== undefined) task.loop.instrument.waitBegan?.(task, source);
      }
      if (due !== undefined) {
        // What runs already, a task, is stopped and waited for.
        due.obey();
        this.end(due);
      }
    }
  }

  wake(): void {
    const { source } = this;
    // A cancelled wait stays listed until its turn: requests that come before are one with the first.
    if (this.cancelledWith === undefined) {
      this.unlink();
      // Resolving a native promise runs nobody's code, so a value needs no turn in the ready queue, only to be counted,
      // unless the slice is over.
      if (this.derived === undefined && source.progress === FULFILLED && this.homeLoop.spendTurn()) {
        this.homeLoop.yieldToPromises();
        const task = this.place?.task;
        if (task?.loop.instrument !== undefined) task.loop.instrument.waitEnded?.(task, source);
        this.onFulfilled!(source.outcome);
        return;
      }
    }
    this.enqueue();
  }

  end(by: Region): void {
    const already = this.endedBy;
    const error = by.requested!;
    if (already === undefined || (already !== by && by.isAround(already))) {
      this.endedBy = by;
      this.cancelledWith = error;
    }
    if (already === undefined || !this.source.settled) this.source.lose(this, error, by.level);
  }

  takeTurn(): void {
    const { source, endedBy, derived } = this;
    if (endedBy !== undefined) this.unlink();
    // What the source ended with all the same is worth more than the cancellation: nothing handed over is lost. After
    // a value the request is due again, at the next wait.
    const outcomeWins =
      endedBy !== undefined && (source.progress === REJECTED || source.progress === FULFILLED);
    const sourceDecides = this.cancelledWith === undefined || outcomeWins;
    if (outcomeWins && source.progress === FULFILLED) endedBy.dueAgain();
    const fulfilled = sourceDecides && source.progress === FULFILLED;
    const outcome = sourceDecides ? source.outcome : this.cancelledWith;
    this.homeLoop.yieldToPromises();
    const handler = fulfilled ? this.onFulfilled : this.onRejected;
    if (derived === undefined) handler!(outcome);
    else derived.react(handler, fulfilled, outcome);
  }

  private enqueue(): void {
    const { homeLoop } = this;
    // A loop that is closed takes no turns; what waited on it is to go on all the same, to its end.
    if (homeLoop.closed) void ended.then(() => this.takeTurn());
    else homeLoop.ready(this);
  }

  private get homeLoop(): EventLoop {
    return this.place?.task.loop ?? currentLoop();
  }

  private unlink(): void {
    if (this.place !== undefined && !this.source.transparent) this.place.task.removeWait(this);
  }

  /** It fails without having begun. */
  private fail(error: Error): void {
    this.cancelledWith = error;
    this.enqueue();
  }
}

/** The error for a task that waits for itself. */
export function awaitSelf(task: TaskCore): UsageError {
  return new UsageError(`Task "${task.name}" cannot wait for itself`, { code: 'ERR_OXBOW_LOOP_AWAIT_SELF' });
}
