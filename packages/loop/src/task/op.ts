// Op: one thing to wait for, from an async function (`await op`) and from a generator (`yield* op`) alike.
//
// Its iterator is itself and keeps no state of its own: `next(undefined)` starts the wait, `next(RESUMED)` ends it. An
// Op that is settled already never touches the loop. Waits by `await` are Reactions, the thenable half: they obey
// Promises/A+ without a native promise inside.

import { opProbe } from '../debug/instrument.ts';
import { CancelledError, UsageError } from '../errors.ts';
import { enterForTurn, leaveEntered } from '../scheduler/context.ts';
import type { EventLoop } from '../scheduler/event-loop.ts';
import { adopt, type Settleable } from './adopt.ts';
import { inAwaitRealm, isOfAwait } from './await-realm.ts';
import { awaitSelf, Continuation, type Derived, type Handler } from './continuation.ts';
import { currentLoop, currentRegion, driver, type Region, type TaskCore } from './current.ts';
import { CANCELLED, FULFILLED, IDLE, Operation, PENDING, REJECTED, type Waiter } from './operation.ts';
import { dueRegion, spend } from './region.ts';
import { RESUMED, type Suspend, suspension } from './suspension.ts';
import { forget, remember, type Unobserved } from './unobserved.ts';

/** A constant for V8; see operation.ts. */
const probe = opProbe;

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
    if (probe.current !== undefined) probe.current.opAwaited(this);
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
      cancelWaiting(this, task, due);
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
    if (task.pendingRequests !== 0) {
      // Its own start has asked for it.
      const due = this.passesCheckpoint('yield') ? undefined : dueRegion(task.region);
      if (due !== undefined) cancelWaiting(this, task, due);
    }
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
    if (!isOfAwait(onFulfilled)) {
      const reaction = new Reaction<A | B>(region);
      new Continuation(this, onFulfilled as Handler, onRejected as Handler, region, reaction).attach();
      return reaction;
    }
    if (this.progress === IDLE && !this.isDue(region)) this.start();
    if (this.progress === FULFILLED && (region?.task.loop ?? currentLoop()).spendTurn()) {
      onFulfilled!(this.outcome as T);
    } else {
      new Continuation(this, onFulfilled as Handler, onRejected as Handler, region, undefined).attach();
    }
    return unread as Reaction<A | B>;
  }

  /** Whether a wait for it that begins now must obey a cancellation first. @internal */
  isDue(region: Region | undefined): boolean {
    if (region === undefined || region.task.pendingRequests === 0) return false;
    return !this.passesCheckpoint('await') && dueRegion(region) !== undefined;
  }
}

Op.prototype.then = inAwaitRealm(Op.prototype.then) as typeof Op.prototype.then;

/** An Op whose failure is reported once if nobody ever looks at it. */
export abstract class ObservedOp<T> extends Op<T> {
  /** True once somebody looked; until then the failure, if there is one. */
  declare private seen: boolean | Unobserved;

  constructor() {
    super(PENDING);
    this.seen = false;
  }

  /** @internal */
  override observe(): void {
    if (typeof this.seen === 'object') forget(this.seen, this);
    this.seen = true;
  }

  /** @internal */
  override get observed(): boolean {
    return this.seen === true;
  }

  /** @internal */
  override settle(progress: 2 | 3 | 4, outcome: unknown): boolean {
    if (!super.settle(progress, outcome)) return false;
    if (progress === REJECTED && this.seen === false) {
      this.seen = remember(this.homeLoop, this.name, outcome, this);
    }
    return true;
  }

  /** The loop that reports its failure. @internal */
  protected get homeLoop(): EventLoop {
    return currentLoop();
  }
}

/** The promise of `then`: of what one of its handlers gives. */
export class Reaction<T> extends ObservedOp<T> implements Derived, Settleable {
  readonly #region: Region | undefined;

  constructor(region: Region | undefined) {
    super();
    this.#region = region;
  }

  protected begin(): void {}

  react(handler: Handler, fulfilled: boolean, outcome: unknown): void {
    if (typeof handler !== 'function') {
      if (fulfilled) this.fulfil(outcome);
      else this.reject(outcome);
      return;
    }
    // It runs on behalf of who attached it.
    if (this.#region === undefined) leaveEntered();
    else enterForTurn(this.#region);
    try {
      adopt(this, handler(outcome));
    } catch (failure) {
      this.reject(failure);
    }
  }

  fulfil(value: unknown): void {
    this.settle(FULFILLED, value);
  }

  reject(error: unknown): void {
    this.settle(error instanceof CancelledError ? CANCELLED : REJECTED, error);
  }

  /** @internal */
  protected override get homeLoop(): EventLoop {
    return this.#region?.task.loop ?? currentLoop();
  }
}

/** What `then` gives an `await`, which does not look at it. */
const unread: Reaction<unknown> = new Reaction<unknown>(undefined);
unread.fulfil(undefined);

/** Cancels a wait that has begun. */
function cancelWaiting(op: Op<unknown>, task: SteppingTask, due: Region): void {
  spend(due);
  task.unwindOnWake = due;
  op.cancelBy(task, due.request!);
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
