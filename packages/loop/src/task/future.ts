/** Future: a value that somebody will set. It knows nothing of tasks; a Task is a Future that sets itself. */

import { checkFunction, checkOptions } from '../check-options.ts';
import { CancelledError, InvalidStateError, isCancelled } from '../errors.ts';
import { bindContext } from '../scheduler/context.ts';
import type { EventLoop } from '../scheduler/event-loop.ts';
import { CallbackTurn } from '../scheduler/handle.ts';
import { currentLoop } from './current.ts';
import { Op } from './op.ts';
import { CANCELLED, FULFILLED, PENDING, REJECTED, type Waiter } from './operation.ts';
import { look, rememberUnseen, type Seen } from './unobserved.ts';

/** How a Future is made. */
export interface FutureOptions {
  /** For messages and debug output. */
  readonly name?: string;
  /**
   * Stops the work behind the future. Called once, when it is cancelled: by `cancel()`, or through a task that waits
   * for it. It may settle the future itself; otherwise the future is cancelled when it returns.
   */
  readonly onCancel?: (reason: CancelledError) => void;
}

const FUTURE_OPTIONS = ['name', 'onCancel'];

/**
 * A value that will be set later, once: awaitable and `yield*`-able by any number of tasks.
 *
 * Cancelling a task that waits for a future cancels the future. A failure nobody looks at is reported once.
 *
 * @example
 * ```ts
 * import { Future, run } from '@oxbow/loop';
 *
 * await run(async () => {
 *   const answer = new Future<number>();
 *   setTimeout(() => answer.setResult(42), 10);
 *   console.log(await answer);
 * });
 * ```
 */
export class Future<T> extends Op<T> {
  /** @internal */
  declare seen: Seen;
  /** Its options; a task has only a name, once it is asked for. @internal */
  protected label: FutureOptions | string | undefined;

  constructor(options?: FutureOptions) {
    super(PENDING);
    this.seen = false;
    if (options !== undefined) {
      checkOptions(options, FUTURE_OPTIONS, 'new Future()', { string: 'name' });
      if (options.onCancel !== undefined) checkFunction(options.onCancel, 'new Future({ onCancel })');
    }
    const onCancel = options?.onCancel;
    this.label = onCancel === undefined ? options : { ...options, onCancel: bindContext(onCancel) };
  }

  override get name(): string {
    const label = this.label;
    return (typeof label === 'string' ? label : label?.name) ?? this.constructor.name;
  }

  /** Settled, in whatever way. */
  get done(): boolean {
    return this.settled;
  }

  get cancelled(): boolean {
    return this.progress === CANCELLED;
  }

  /** @throws InvalidStateError when it is done already */
  setResult(value: T): void {
    if (!this.settle(FULFILLED, value)) throw this.doneAlready('setResult()');
  }

  /** @throws InvalidStateError when it is done already */
  setException(error: unknown): void {
    if (!this.settle(isCancelled(error) ? CANCELLED : REJECTED, error)) {
      throw this.doneAlready('setException()');
    }
  }

  /**
   * Cancels it: everything that waits gets a CancelledError. A future that is done stays as it is.
   *
   * @returns whether it was still pending
   */
  cancel(reason?: unknown): boolean {
    if (this.settled) return false;
    this.stop(CancelledError.from(reason), false);
    return true;
  }

  /**
   * The value, at once.
   *
   * @throws whatever it failed with, CancelledError when it was cancelled, InvalidStateError while it is pending
   */
  result(): T {
    if (!this.settled) throw new InvalidStateError(`${this.name} has no result yet`);
    this.observe();
    if (this.progress !== FULFILLED) throw this.outcome;
    return this.outcome as T;
  }

  /**
   * What it failed with; `undefined` when it succeeded.
   *
   * @throws CancelledError when it was cancelled, InvalidStateError while it is pending
   */
  exception(): unknown {
    if (!this.settled) throw new InvalidStateError(`${this.name} has no result yet`);
    this.observe();
    if (this.progress === CANCELLED) throw this.outcome;
    return this.progress === REJECTED ? this.outcome : undefined;
  }

  /**
   * Calls `callback(this)` on a turn of the loop after it is done, never synchronously. It only observes: no
   * cancellation travels through it. Returns what takes the callback back.
   */
  addDoneCallback(callback: (future: this) => void): () => void {
    checkFunction(callback, 'addDoneCallback()');
    const waiter = new DoneCallback(this, callback as (future: Future<unknown>) => void);
    if (this.settled) waiter.wake();
    else this.addWaiter(waiter);
    return () => {
      waiter.callback = undefined;
      this.removeWaiter(waiter);
    };
  }

  /** A future is one thing for all who wait: a waiter that is cancelled cancels it. @internal */
  override lose(_waiter: Waiter, reason: CancelledError, level: boolean): void {
    this.stop(reason, level);
  }

  /** Counts as looking at it: somebody else tells of its failure, and the loop does not report it. */
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

  /** The loop that reports its failure. @internal */
  get homeLoop(): EventLoop {
    return currentLoop();
  }

  protected begin(): void {}

  protected override undo(reason: CancelledError): void {
    if (typeof this.label === 'object') this.label.onCancel?.(reason);
  }

  private doneAlready(what: string): InvalidStateError {
    return new InvalidStateError(`${what}: ${this.name} is done already`);
  }
}

/** A callback that waits for the end: one object, since a program may have one for each of very many tasks. */
class DoneCallback implements Waiter {
  /** Until it is taken back. */
  callback: ((future: Future<unknown>) => void) | undefined;
  readonly #future: Future<unknown>;
  /** Where it was asked for. */
  readonly #loop: EventLoop;

  constructor(future: Future<unknown>, callback: (future: Future<unknown>) => void) {
    this.#future = future;
    this.#loop = future.homeLoop;
    this.callback = bindContext(callback);
  }

  wake(): void {
    this.#loop.ready(new CallbackTurn(() => this.callback?.(this.#future)));
  }
}
