/**
 * Op: one thing to wait for, from an async function (`await op`) and from a generator (`yield* op`) alike.
 *
 * Its iterator is itself and keeps no state of its own: `next(undefined)` starts the wait, `next(RESUMED)` ends it. An
 * Op that is settled already never touches the loop. Waits by `await` are Continuations; `then` with handlers of its own
 * gives a Reaction, which obeys Promises/A+ without a native promise inside.
 */

import { opProbe } from '../debug/instrument.ts';
import { isCancelled, UsageError } from '../errors.ts';
import { handleAround, type Surroundings, surroundings } from '../scheduler/context.ts';
import type { EventLoop } from '../scheduler/event-loop.ts';
import { adopt, type Settleable } from './adopt.ts';
import { inAwaitRealm, isOfAwait } from './await-realm.ts';
import { awaitSelf, Continuation, type Derived, type Handler } from './continuation.ts';
import { currentLoop, currentPlace, driver } from './current.ts';
import { handover } from './handover.ts';
import { CANCELLED, FULFILLED, IDLE, Operation, PENDING, REJECTED } from './operation.ts';
import { dueAt, type Place, type Region, type TaskCore } from './region.ts';
import { RESUMED, type Suspend } from './suspension.ts';
import { look, rememberUnseen, reportIfShielded, type Seen } from './unobserved.ts';

/** A constant for V8; see operation.ts. */
const probe = opProbe;

/** The one result object every finished wait returns: `yield*` reads it at once. */
const finished: { done: true; value: unknown } = { done: true, value: undefined };
type OnFulfilled<T, A> = ((value: T) => A | PromiseLike<A>) | null | undefined;
// biome-ignore lint/suspicious/noExplicitAny: as of a promise, so that handlers for either fit
type OnRejected<B> = ((reason: any) => B | PromiseLike<B>) | null | undefined;

/**
 * A lazy operation: `await op` in an async function, `yield* op` in a generator. It starts when first waited for, once;
 * later waits give the same result.
 *
 * To TypeScript it is a `Promise<T>`, and it can be used as one (`Promise.all`, `.catch`, `.finally`), with two differences:
 * an Op that nobody waits for does not run, and `op instanceof Promise` is false. Each of `await`, `then`, `catch`,
 * `finally`, `Promise.all` and `Promise.resolve` waits for it, and so starts it.
 */
export abstract class Op<T> extends Operation implements Promise<T> {
  get [Symbol.toStringTag](): string {
    return 'Op';
  }

  // biome-ignore lint/suspicious/noExplicitAny: the type that lets `yield*` infer T in any generator
  [Symbol.iterator](): Iterator<Suspend, T, any> {
    // biome-ignore lint/suspicious/noExplicitAny: as above
    return this as unknown as Iterator<Suspend, T, any>;
  }

  /** @internal */
  next(signal: unknown): IteratorResult<Suspend, T> {
    if (signal === RESUMED) return this.deliver();
    const task = driver.stepping;
    if (task === undefined || handover.op !== undefined) throw strayIteration(this, task);
    if (probe.current !== undefined) probe.current.opAwaited(this);
    const { root } = task;
    if (
      root !== undefined &&
      root.pending !== 0 &&
      this.progress < FULFILLED &&
      !this.passesCheckpoint('yield')
    ) {
      const due = dueAt(task.place);
      if (due !== undefined) return this.decline(task, due);
    }
    return this.begun(task);
  }

  /** The wait of a generator task that must obey `due` first. @internal */
  protected decline(task: TaskCore, due: Region): IteratorResult<Suspend, T> {
    if ((this as unknown) === task) throw awaitSelf(task);
    if (this.progress === IDLE) {
      // What has not begun never does.
      this.declined(due.requested!, due.level);
      handover.declined = true;
      return suspend(this);
    }
    // What runs already, a task, is stopped and waited for.
    this.observe();
    this.addWaiter(task);
    return endAtOnce(this, task, due);
  }

  /** The wait begins, on behalf of a generator task that nothing cancels. @internal */
  protected begun(task: TaskCore): IteratorResult<Suspend, T> {
    this.observe();
    if (this.progress === IDLE) this.start();
    if (this.progress >= FULFILLED) return this.deliver();
    if ((this as unknown) === task) throw awaitSelf(task);
    this.addWaiter(task);
    const { root } = task;
    if (root !== undefined && root.pending !== 0 && !this.passesCheckpoint('yield')) {
      // Its own start has asked for it.
      const due = dueAt(task.place);
      if (due !== undefined) return endAtOnce(this, task, due);
    }
    return suspend(this);
  }

  /** The driver unwinds the generator that waits here; anything else is a loop over the Op. @internal */
  return(value: T): IteratorResult<Suspend, T> {
    if (handover.op === this) throw strayIteration(this, driver.stepping);
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
    const place = currentPlace();
    this.observe();
    if (!isOfAwait(onFulfilled)) {
      const reaction = new Reaction<A | B>(place);
      new Continuation(this, onFulfilled as Handler, onRejected as Handler, place, reaction).attach();
      return reaction;
    }
    if (this.progress === IDLE && !this.mustDecline(place)) this.start();
    if (this.progress === FULFILLED && (place?.task.loop ?? currentLoop()).spendTurn()) {
      onFulfilled!(this.outcome as T);
    } else {
      new Continuation(this, onFulfilled as Handler, onRejected as Handler, place, undefined).attach();
    }
    return unread as Reaction<A | B>;
  }

  /** `then` with a handler for the failure alone. A cancellation is one: its error is a CancelledError. */
  catch<B = never>(onRejected?: OnRejected<B>): Reaction<T | B> {
    return this.then(undefined, onRejected);
  }

  /** Calls `onFinally` when the Op has ended, in whatever way, and gives its outcome on when what that returned has ended. */
  finally(onFinally?: (() => void) | null): Reaction<T> {
    if (typeof onFinally !== 'function') return this.then();
    return this.then(
      (value) => Promise.resolve(onFinally()).then(() => value),
      (error: unknown) =>
        Promise.resolve(onFinally()).then(() => {
          throw error;
        }),
    );
  }

  /** @internal */
  protected override failedAlone(): void {
    reportIfShielded(this);
  }

  /** Whether a wait for it that begins now at `place` must obey a cancellation first, or comes after the loop's end. @internal */
  mustDecline(place: Place | undefined): boolean {
    if (place === undefined) return false;
    const { loop, root } = place.task;
    if (loop.closed) return true;
    if (root === undefined || root.pending === 0) return false;
    return !this.passesCheckpoint('await') && dueAt(place) !== undefined;
  }
}

Op.prototype.then = inAwaitRealm(Op.prototype.then) as typeof Op.prototype.then;

/** The promise of `then`: of what one of its handlers gives. */
export class Reaction<T> extends Op<T> implements Derived, Settleable {
  /** @internal */
  declare seen: Seen;
  readonly #place: Place | undefined;
  readonly #around: Surroundings | undefined;

  constructor(place: Place | undefined) {
    super(PENDING);
    this.seen = false;
    this.#place = place;
    this.#around = surroundings();
  }

  protected begin(): void {}

  react(handler: Handler, fulfilled: boolean, outcome: unknown): void {
    if (typeof handler !== 'function') {
      if (fulfilled) this.fulfil(outcome);
      else this.reject(outcome);
      return;
    }
    try {
      // It runs on behalf of the code that attached it.
      adopt(this, handleAround(this.#around, this.#place, handler, outcome));
    } catch (failure) {
      this.reject(failure);
    }
  }

  fulfil(value: unknown): void {
    this.settle(FULFILLED, value);
  }

  reject(error: unknown): void {
    this.settle(isCancelled(error) ? CANCELLED : REJECTED, error);
  }

  /** @internal */
  override observe(): void {
    look(this);
  }

  /** @internal */
  override get observed(): boolean {
    return this.seen === true;
  }

  /** @internal */
  override settle(progress: 2 | 3 | 4, outcome: unknown): boolean {
    if (!super.settle(progress, outcome)) return false;
    if (progress === REJECTED) rememberUnseen(this);
    return true;
  }

  /** @internal */
  get homeLoop(): EventLoop {
    return this.#place?.task.loop ?? currentLoop();
  }
}

/** What `then` gives an `await`, which does not look at it. */
const unread: Reaction<unknown> = new Reaction<unknown>(undefined);
unread.fulfil(undefined);

/** Suspends the generator that is being stepped, until `op` wakes its task. */
export function suspend(op: Operation): IteratorYieldResult<Suspend> {
  handover.op = op;
  return handover.suspension;
}

/** Ends a generator's wait that has just begun. */
function endAtOnce(op: Operation, task: TaskCore, due: Region): IteratorYieldResult<Suspend> {
  due.obey();
  task.root!.unwindOnWake = due;
  op.lose(task, due.requested!, due.level);
  return suspend(op);
}

/** The error for a loop over an Op; the wait that the loop began is taken back. */
function strayIteration(op: Operation, task: TaskCore | undefined): UsageError {
  if (task !== undefined && handover.op !== undefined) {
    handover.op.removeWaiter(task);
    handover.op = undefined;
    handover.entering = undefined;
    handover.declined = false;
  }
  return new UsageError(
    `${op.name} cannot be looped over: wait for it with "yield* op" in a generator the loop runs, or "await op" in an async function`,
    { code: 'ERR_OXBOW_LOOP_STRAY_ITERATION' },
  );
}
