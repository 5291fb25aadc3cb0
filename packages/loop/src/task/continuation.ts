// Continuation: what goes on when an Op has settled, as `then` was told: a pair of handlers, and on whose behalf they wait.
//
// It is made for each wait of an async function, so its fields are declared (and written once, by the constructor), and it
// is no promise itself: who asks for the promise of `then` gets a Reaction beside it.

import { opProbe } from '../debug/instrument.ts';
import { type CancelledError, UsageError } from '../errors.ts';
import type { EventLoop } from '../scheduler/event-loop.ts';
import type { Turn } from '../scheduler/ready-queue.ts';
import { type CancellableWait, currentLoop, type Region, type TaskCore } from './current.ts';
import { FULFILLED, IDLE, type Operation, REJECTED, type Waiter } from './operation.ts';
import { dueRegion, isAround, requestAgain, spend } from './region.ts';

/** What may be called with a value, or with an error. */
export type Handler = ((outcome: unknown) => unknown) | null | undefined;

/** The promise of what a handler gives. */
export interface Derived {
  /** Calls the handler, and settles with what it gives or throws. */
  react(handler: Handler, fulfilled: boolean, outcome: unknown): void;
}

/** A wait by `then`: on a turn of the loop, it calls one of two handlers. */
export class Continuation implements Turn, CancellableWait, Waiter {
  /** What is waited for. */
  declare readonly source: Operation;
  declare readonly region: Region | undefined;
  declare nextWait: CancellableWait | undefined;
  declare previousWait: CancellableWait | undefined;
  declare private readonly onFulfilled: Handler;
  declare private readonly onRejected: Handler;
  /** Whose handlers they are; undefined: those of a native promise, which run nobody's code. */
  declare private readonly derived: Derived | undefined;
  /** Why the wait fails, unless what it waits for decides otherwise. */
  declare private cancelledWith: Error | undefined;
  /** On behalf of which region; undefined for a wait that never began. */
  declare private cancelledBy: Region | undefined;

  constructor(
    source: Operation,
    onFulfilled: Handler,
    onRejected: Handler,
    region: Region | undefined,
    derived: Derived | undefined,
  ) {
    this.source = source;
    this.region = region;
    this.nextWait = undefined;
    this.previousWait = undefined;
    this.onFulfilled = onFulfilled;
    this.onRejected = onRejected;
    this.derived = derived;
    this.cancelledWith = undefined;
    this.cancelledBy = undefined;
  }

  /** On whose behalf it takes its turn. @internal */
  get task(): TaskCore | undefined {
    return this.region?.task;
  }

  /** Joins the source's waiters, unless cancellation or the outcome is there already. */
  attach(): void {
    const { source, region } = this;
    const due =
      region === undefined || region.task.pendingRequests === 0 || source.passesCheckpoint('await')
        ? undefined
        : dueRegion(region);
    if (due !== undefined && source.progress === IDLE) {
      // What has not begun never does.
      if (opProbe.current !== undefined) opProbe.current.opAwaited(source);
      source.declined(due.request!);
      spend(due);
      this.preempt(due.request!);
      return;
    }
    if (source.progress === IDLE) source.start();
    if (source.settled) this.homeLoop.ready(this);
    else if (region !== undefined && (source as unknown) === region.task)
      this.preempt(awaitSelf(region.task));
    else {
      source.addWaiter(this);
      if (region !== undefined && !source.transparent) {
        const { task } = region;
        task.addWait(this);
        if (task.loop.instrument !== undefined) task.loop.instrument.waitBegan?.(task, source);
      }
      if (due !== undefined) {
        // What runs already, a task, is cancelled and waited for.
        spend(due);
        this.cancelWait(due, due.request!);
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
        const task = this.region?.task;
        if (task?.loop.instrument !== undefined) task.loop.instrument.waitEnded?.(task, source);
        this.onFulfilled!(source.outcome);
        return;
      }
    }
    this.homeLoop.ready(this);
  }

  cancelWait(by: Region, error: CancelledError): void {
    const already = this.cancelledBy;
    if (already === undefined || (already !== by && isAround(by, already))) {
      this.cancelledBy = by;
      this.cancelledWith = error;
    }
    if (already === undefined || !this.source.settled) this.source.cancelBy(this, error);
  }

  takeTurn(): void {
    const { source, cancelledBy, derived } = this;
    if (cancelledBy !== undefined) this.unlink();
    // What the source ended with all the same is worth more than the cancellation: nothing handed over is lost. After
    // a value the request is due again, at the next wait.
    const outcomeWins =
      cancelledBy !== undefined && (source.progress === REJECTED || source.progress === FULFILLED);
    const sourceDecides = this.cancelledWith === undefined || outcomeWins;
    if (outcomeWins && source.progress === FULFILLED) requestAgain(cancelledBy);
    const fulfilled = sourceDecides && source.progress === FULFILLED;
    const outcome = sourceDecides ? source.outcome : this.cancelledWith;
    this.homeLoop.yieldToPromises();
    const handler = fulfilled ? this.onFulfilled : this.onRejected;
    if (derived === undefined) handler!(outcome);
    else derived.react(handler, fulfilled, outcome);
  }

  private get homeLoop(): EventLoop {
    return this.region?.task.loop ?? currentLoop();
  }

  private unlink(): void {
    if (this.region !== undefined && !this.source.transparent) this.region.task.removeWait(this);
  }

  private preempt(error: Error): void {
    this.cancelledWith = error;
    this.homeLoop.ready(this);
  }
}

/** The error for a task that waits for itself. */
export function awaitSelf(task: TaskCore): UsageError {
  return new UsageError(`Task "${task.name}" cannot wait for itself`, { code: 'ERR_OXBOW_LOOP_AWAIT_SELF' });
}
