/** Makes an Op from a start function: the way for other packages to offer something to wait for. */

import { checkOptions } from '../check-options.ts';
import { type CancelledError, isCancelled } from '../errors.ts';
import { bindContext } from '../scheduler/context.ts';
import { contexts } from '../scheduler/foreign-context.ts';
import { currentPlace } from './current.ts';
import { Op } from './op.ts';
import { FULFILLED, REJECTED } from './operation.ts';
import { dueAt, type Place, type Region, type Wait } from './region.ts';

/** How a started operation reports its end: the first call counts, later ones are ignored. */
export interface Settle<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** Starts an operation; what it returns undoes the wait when the waiter is cancelled. */
// biome-ignore lint/suspicious/noConfusingVoidType: a start function with nothing to undo returns nothing
export type Start<T> = (settle: Settle<T>) => ((reason: CancelledError) => void) | void;

class CreatedOp<T> extends Op<T> implements Settle<T> {
  readonly #name: string;
  #start: Start<T> | undefined;
  #undo: ((reason: CancelledError) => void) | undefined = undefined;

  constructor(start: Start<T>, name: string) {
    super();
    this.#start = start;
    this.#name = name;
  }

  override get name(): string {
    return this.#name;
  }

  resolve(value: T): void {
    this.settle(FULFILLED, value);
  }

  reject(error: unknown): void {
    this.settle(REJECTED, error);
  }

  protected begin(): void {
    const start = this.#start!;
    this.#start = undefined;
    const undo = start(this);
    if (typeof undo === 'function') this.#undo = bindContext(undo);
  }

  protected override undo(reason: CancelledError): void {
    this.#undo?.(reason);
  }
}

/**
 * An Op from its start function. `start` is called when the Op is first awaited or yielded, once, and may settle at
 * once. What it returns is called when the waiter is cancelled first; the wait ends then, whatever happens later.
 *
 * @example
 * ```ts
 * import { createOp } from '@oxbow/loop/lowlevel';
 *
 * // A timer of the host as something to wait for: cancelled, it is cleared.
 * const hostTimer = (ms: number) =>
 *   createOp<void>((settle) => {
 *     const timer = setTimeout(() => settle.resolve(), ms);
 *     return () => clearTimeout(timer);
 *   });
 * await hostTimer(10);
 * ```
 */
export function createOp<T>(start: Start<T>, options?: { readonly name?: string }): Op<T> {
  checkOptions(options, ['name'], 'createOp()');
  return new CreatedOp(start, options?.name ?? 'op');
}

const ignore = (): void => {};

/** An operation that is waited for again and again, such as the next value of an iterator: one object for all its waits. */
export interface Repeated<T> {
  /** Starts a wait. */
  begin(settle: Settle<T>): void;
  /** Undoes a wait whose waiter is cancelled. */
  undo(settle: Settle<T>, reason: CancelledError): void;
}

/** A started operation whose native promise belongs to the task that called. */
class BoundWait<T> implements Wait, Settle<T> {
  readonly place: Place | undefined;
  nextWait: Wait | undefined = undefined;
  previousWait: Wait | undefined = undefined;
  readonly promise: Promise<T>;
  undo: ((reason: CancelledError) => void) | Repeated<T> | undefined = undefined;
  #linked = false;
  #open = true;
  #resolve!: (value: T) => void;
  #reject!: (error: unknown) => void;

  constructor(place: Place | undefined) {
    this.place = place;
    this.promise = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get open(): boolean {
    return this.#open;
  }

  resolve(value: T): void {
    if (this.#close()) this.#resolve(value);
  }

  reject(error: unknown): void {
    if (!this.#close()) return;
    // It may be left unread when its task is cancelled: that is no unhandled rejection. A failure that nobody looks at is one,
    // as outside of tasks. Said only now, because saying it makes a second promise, and nearly every wait ends well.
    if (this.place !== undefined && isCancelled(error)) this.promise.catch(ignore);
    this.#reject(error);
  }

  end(by: Region): void {
    if (!this.#open) return;
    const error = by.requested!;
    const { undo } = this;
    try {
      if (typeof undo === 'function') undo(error);
      else undo?.undo(this, error);
    } finally {
      this.reject(error);
    }
  }

  get name(): string {
    return 'promise';
  }

  link(): void {
    const task = this.place?.task;
    if (task === undefined) return;
    this.#linked = true;
    task.addWait(this);
    if (task.loop.instrument !== undefined) task.loop.instrument.waitBegan?.(task, this);
  }

  #close(): boolean {
    if (!this.#open) return false;
    this.#open = false;
    if (this.#linked) {
      const { task } = this.place!;
      task.removeWait(this);
      if (task.loop.instrument !== undefined) task.loop.instrument.waitEnded?.(task, this);
    }
    return true;
  }
}

/**
 * Starts an operation at once and gives a native promise that belongs to the calling task. Cancelling the task calls
 * the undo and rejects it with CancelledError, which counts as handled. A failure that nobody looks at is an unhandled
 * rejection, as of any promise. Outside of tasks it is a plain promise.
 *
 * @param start a function that starts it and returns its undo; or, for what is waited for very often, an object with both
 */
export function bindToTask<T>(start: Start<T> | Repeated<T>): Promise<T> {
  const place = currentPlace();
  const wait = new BoundWait<T>(place);
  if (place?.task.loop.closed) {
    wait.reject(place.task.loop.closedError());
    return wait.promise;
  }
  const dueBefore = dueAt(place);
  if (dueBefore !== undefined) {
    dueBefore.obey();
    wait.reject(dueBefore.requested);
    return wait.promise;
  }
  try {
    if (typeof start === 'function') {
      const undo = start(wait);
      if (typeof undo === 'function') wait.undo = bindContext(undo);
    } else {
      start.begin(wait);
      wait.undo = contexts.foreign
        ? bindContext((reason: CancelledError) => start.undo(wait, reason))
        : start;
    }
  } catch (error) {
    wait.reject(error);
  }
  if (!wait.open) return wait.promise;
  wait.link();
  // What was started may have cancelled the very task that waits for it.
  const dueSince = dueAt(place);
  if (dueSince !== undefined) {
    dueSince.obey();
    wait.end(dueSince);
  }
  return wait.promise;
}
