// Op: one thing to wait for, from an async function (`await op`) and from a generator (`yield* op`) alike.
//
// Its iterator is itself and keeps no state of its own: `next(undefined)` starts the wait, `next(RESUMED)` ends it. An
// Op that is settled already never touches the loop. Waits by `await` are Reactions, the thenable half: they obey
// Promises/A+ without a native promise inside.

import { opProbe } from '../debug/instrument.ts';
import { CancelledError, UsageError } from '../errors.ts';
import { enterForTurn, leaveEntered } from '../scheduler/context.ts';
import type { EventLoop } from '../scheduler/event-loop.ts';
import type { Turn } from '../scheduler/ready-queue.ts';
import { adopt, type Settleable } from './adopt.ts';
import {
  type CancellableWait,
  currentLoop,
  currentRegion,
  driver,
  type Region,
  type TaskCore,
} from './current.ts';
import { CANCELLED, FULFILLED, IDLE, Operation, PENDING, REJECTED, type Waiter } from './operation.ts';
import { dueRegion, isAround, requestAgain, spend } from './region.ts';
import { RESUMED, type Suspend, suspension } from './suspension.ts';
import { forget, remember, type Unobserved } from './unobserved.ts';

/** What the driver needs of a generator task while one of its Ops begins. */
export interface SteppingTask extends TaskCore, Waiter {
  waitingOn: Op<unknown> | undefined;
  /** The wait was cancelled on behalf of this region: unwind when it ends. */
  unwindOnWake: Region | undefined;
}

/** The one result object every finished wait returns: `yield*` reads it at once. */
const finished: { done: true; value: unknown } = { done: true, value: undefined };
type OnFulfilled<T, A> = ((value: T) => A | PromiseLike<A>) | null | undefined;
type OnRejected<B> = ((reason: unknown) => B | PromiseLike<B>) | null | undefined;

/**
 * A lazy operation: `await op` in an async function, `yield* op` in a generator. It starts when first waited for, once;
 * later waits give the same result.
 */
export abstract class Op<T> extends Operation implements PromiseLike<T> {
  // biome-ignore lint/suspicious/noExplicitAny: the type that lets `yield*` infer T in any generator
  [Symbol.iterator](): Iterator<Suspend, T, any> {
    // biome-ignore lint/suspicious/noExplicitAny: as above
    return this as unknown as Iterator<Suspend, T, any>;
  }

  /** @internal */
  next(signal: unknown): IteratorResult<Suspend, T> {
    if (signal === RESUMED) return this.deliver();
    const task = driver.stepping as SteppingTask | undefined;
    if (task === undefined || task.waitingOn !== undefined) throw strayIteration(this, task);
    if (opProbe.current !== undefined) opProbe.current.opAwaited(this);
    if (task.pendingRequests !== 0 && this.progress < FULFILLED && !this.passesCheckpoint('yield')) {
      const due = dueRegion(task.region);
      if (due !== undefined) return this.begunCancelled(task, due);
    }
    return this.begun(task);
  }

  /** The wait of a generator task that is to be cancelled: `due` has requested it. @internal */
  protected begunCancelled(task: SteppingTask, due: Region): IteratorResult<Suspend, T> {
    if ((this as unknown) === task) throw awaitSelf(task);
    task.waitingOn = this;
    if (this.progress === IDLE) {
      // What has not begun never does.
      this.declined(due.request!);
      driver.unwindAtSuspend = true;
    } else {
      // What runs already, a task, is cancelled and waited for.
      this.observe();
      this.addWaiter(task);
      spend(due);
      task.unwindOnWake = due;
      this.cancelBy(task, due.request!);
    }
    return suspension.current;
  }

  /** The wait begins, on behalf of a generator task that nothing cancels. @internal */
  protected begun(task: SteppingTask): IteratorResult<Suspend, T> {
    this.observe();
    if (this.progress === IDLE) this.start();
    if (this.progress >= FULFILLED) return this.deliver();
    if ((this as unknown) === task) throw awaitSelf(task);
    task.waitingOn = this;
    this.addWaiter(task);
    return suspension.current;
  }

  /** The driver unwinds the generator that waits here; anything else is a loop over the Op. @internal */
  return(value: T): IteratorResult<Suspend, T> {
    const task = driver.stepping as SteppingTask | undefined;
    if (task !== undefined && task.waitingOn === this) throw strayIteration(this, task);
    finished.value = value;
    return finished as IteratorReturnResult<T>;
  }

  /** @internal */
  throw(error: unknown): never {
    throw error;
  }

  /** @internal */
  deliver(): IteratorReturnResult<T> {
    if (this.progress !== FULFILLED) throw this.outcome;
    finished.value = this.outcome;
    return finished as IteratorReturnResult<T>;
  }

  /**
   * Waits for the outcome: `await op` comes here. Inside a task this counts as awaiting: cancelling the task ends the wait.
   */
  then<A = T, B = never>(onFulfilled?: OnFulfilled<T, A>, onRejected?: OnRejected<B>): Reaction<A | B> {
    const region = currentRegion();
    this.observe();
    if (!isResolver(onFulfilled) || typeof onRejected !== 'function') {
      const reaction = new Reaction<A | B>(
        this as Op<unknown>,
        onFulfilled as never,
        onRejected as never,
        region,
      );
      reaction.attach();
      return reaction;
    }
    if (this.progress === IDLE && !this.isDue(region)) this.start();
    if (this.progress === FULFILLED && (region?.task.loop ?? currentLoop()).spendTurn()) {
      onFulfilled!(this.outcome as T);
      return unread as Reaction<A | B>;
    }
    const reaction = new AwaitReaction<A | B>(
      this as Op<unknown>,
      onFulfilled as never,
      onRejected as never,
      region,
    );
    reaction.attach();
    return reaction;
  }

  /** Whether a wait for it that begins now must obey a cancellation first. @internal */
  isDue(region: Region | undefined): boolean {
    if (region === undefined || region.task.pendingRequests === 0) return false;
    return !this.passesCheckpoint('await') && dueRegion(region) !== undefined;
  }
}

/** An Op whose failure is reported once if nobody ever looks at it. */
export abstract class ObservedOp<T> extends Op<T> {
  /** True once somebody looked; until then the failure, if there is one. */
  #observed: boolean | Unobserved = false;

  constructor() {
    super(PENDING);
  }

  /** @internal */
  override observe(): void {
    if (typeof this.#observed === 'object') forget(this.#observed, this);
    this.#observed = true;
  }

  /** @internal */
  override get observed(): boolean {
    return this.#observed === true;
  }

  /** @internal */
  override settle(progress: 2 | 3 | 4, outcome: unknown): boolean {
    if (!super.settle(progress, outcome)) return false;
    if (progress === REJECTED && this.#observed === false) {
      this.#observed = remember(this.homeLoop, this.name, outcome, this);
    }
    return true;
  }

  /** The loop that reports its failure. @internal */
  protected get homeLoop(): EventLoop {
    return currentLoop();
  }
}

/** A wait by `then`: it calls one of the two handlers from the loop, and is itself the promise of what that gives. */
export class Reaction<T> extends ObservedOp<T> implements Turn, CancellableWait, Waiter, Settleable {
  readonly region: Region | undefined;
  nextWait: CancellableWait | undefined;
  previousWait: CancellableWait | undefined;
  readonly #source: Op<unknown>;
  readonly #onFulfilled: OnFulfilled<unknown, T>;
  readonly #onRejected: OnRejected<T>;
  /** Why the wait fails, unless what it waits for decides otherwise. */
  #cancelledWith: Error | undefined;
  /** On behalf of which region; undefined for a wait that never began. */
  #cancelledBy: Region | undefined;

  constructor(
    source: Op<unknown>,
    onFulfilled: OnFulfilled<unknown, T>,
    onRejected: OnRejected<T>,
    region: Region | undefined,
  ) {
    super();
    this.region = region;
    this.nextWait = undefined;
    this.previousWait = undefined;
    this.#source = source;
    this.#onFulfilled = onFulfilled;
    this.#onRejected = onRejected;
    this.#cancelledWith = undefined;
    this.#cancelledBy = undefined;
  }

  protected begin(): void {}

  /** Joins the source's waiters, unless cancellation or the outcome is there already. */
  attach(): void {
    const source = this.#source;
    const region = this.region;
    const due =
      region === undefined || region.task.pendingRequests === 0 || source.passesCheckpoint('await')
        ? undefined
        : dueRegion(region);
    if (due !== undefined && source.progress === IDLE) {
      // What has not begun never does.
      if (opProbe.current !== undefined) opProbe.current.opAwaited(source);
      source.declined(due.request!);
      spend(due);
      this.#preempt(due.request!);
      return;
    }
    if (source.progress === IDLE) source.start();
    if (source.settled) this.homeLoop.ready(this);
    else if (region !== undefined && (source as unknown) === region.task)
      this.#preempt(awaitSelf(region.task));
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

  /** What is waited for. */
  get source(): Op<unknown> {
    return this.#source;
  }

  wake(): void {
    // A cancelled wait stays listed until its turn: requests that come before are one with the first.
    if (this.#cancelledWith === undefined) this.unlink();
    this.homeLoop.ready(this);
  }

  cancelWait(by: Region, error: CancelledError): void {
    const already = this.#cancelledBy;
    if (already === undefined || (already !== by && isAround(by, already))) {
      this.#cancelledBy = by;
      this.#cancelledWith = error;
    }
    if (already === undefined || !this.#source.settled) this.#source.cancelBy(this, error);
  }

  fulfil(value: unknown): void {
    this.settle(FULFILLED, value);
  }

  reject(error: unknown): void {
    this.settle(error instanceof CancelledError ? CANCELLED : REJECTED, error);
  }

  takeTurn(): void {
    const source = this.#source;
    const cancelled = this.#cancelledWith;
    if (this.#cancelledBy !== undefined) this.unlink();
    // What the source ended with all the same is worth more than the cancellation: nothing handed over is lost. After
    // a value the request is due again, at the next wait.
    const outcomeWins =
      this.#cancelledBy !== undefined && (source.progress === REJECTED || source.progress === FULFILLED);
    const sourceDecides = cancelled === undefined || outcomeWins;
    if (outcomeWins && source.progress === FULFILLED) requestAgain(this.#cancelledBy);
    const fulfilled = sourceDecides && source.progress === FULFILLED;
    const error = sourceDecides ? source.outcome : cancelled;
    this.homeLoop.yieldToPromises();
    const handler = fulfilled ? this.#onFulfilled : this.#onRejected;
    if (typeof handler !== 'function') {
      if (fulfilled) this.settle(FULFILLED, source.outcome);
      else this.reject(error);
      return;
    }
    this.enter();
    try {
      adopt(this, (handler as (value: unknown) => unknown)(fulfilled ? source.outcome : error));
    } catch (failure) {
      this.reject(failure);
    }
  }

  /** @internal */
  protected override get homeLoop(): EventLoop {
    return this.region?.task.loop ?? currentLoop();
  }

  /** @internal */
  protected unlink(): void {
    if (this.region !== undefined && !this.#source.transparent) this.region.task.removeWait(this);
  }

  /** Its handlers run on behalf of who attached them. @internal */
  protected enter(): void {
    if (this.region === undefined) leaveEntered();
    else enterForTurn(this.region);
  }

  /** @internal */
  protected get cancelled(): boolean {
    return this.#cancelledWith !== undefined;
  }

  /** @internal */
  protected react(): void {
    this.#onFulfilled!(this.#source.outcome);
  }

  #preempt(error: Error): void {
    this.#cancelledWith = error;
    this.homeLoop.ready(this);
  }
}

/**
 * The wait of an `await`. Resolving its native promise runs nobody's code, so a value needs no turn in the ready queue,
 * only to be counted, unless the wait was cancelled or the slice is over.
 */
class AwaitReaction<T> extends Reaction<T> {
  override wake(): void {
    if (this.cancelled || this.source.progress !== FULFILLED || !this.homeLoop.spendTurn()) {
      super.wake();
      return;
    }
    this.unlink();
    this.homeLoop.yieldToPromises();
    const task = this.region?.task;
    if (task?.loop.instrument !== undefined) task.loop.instrument.waitEnded?.(task, this.source);
    this.react();
  }
}

/** What `then` gives an `await`, which does not look at it. */
const unread: Reaction<unknown> = new Reaction<unknown>(undefined as never, undefined, undefined, undefined);

const sourceText = Function.prototype.toString;
let resolverText = '';
void new Promise((resolve) => {
  resolverText = sourceText.call(resolve);
});

/**
 * Whether a handler resolves or rejects a native promise: then `await` has called `then`, or a native promise that
 * follows the Op, and calling it runs nobody's code.
 */
function isResolver(handler: unknown): boolean {
  return typeof handler === 'function' && sourceText.call(handler) === resolverText && handler.name === '';
}

/** The error for a loop over an Op; the wait that the loop began is taken back. */
function strayIteration(op: Op<unknown>, task: SteppingTask | undefined): UsageError {
  if (task?.waitingOn !== undefined) {
    task.waitingOn.removeWaiter(task);
    task.waitingOn = undefined;
    driver.unwindAtSuspend = false;
  }
  return new UsageError(
    `${op.name} cannot be looped over: wait for it with "yield* op" in a generator the loop runs, or "await op" in an async function`,
    { code: 'ERR_OXBOW_LOOP_STRAY_ITERATION' },
  );
}

function awaitSelf(task: TaskCore): UsageError {
  return new UsageError(`Task "${task.name}" cannot wait for itself`, { code: 'ERR_OXBOW_LOOP_AWAIT_SELF' });
}
