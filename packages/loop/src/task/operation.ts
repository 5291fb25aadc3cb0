/**
 * Operation: what begins once, settles once, and who waits for it. It knows neither promises nor generators: those are
 * the two ways an Op, built on it, is waited for.
 */

import { opProbe } from '../debug/instrument.ts';
import type { CancelledError } from '../errors.ts';

/** Here, since V8 takes it for a constant then, and code that asks it for nothing; an import is looked up each time. */
const probe = opProbe;

/** How far an Op has come. */
export const IDLE = 0;
export const PENDING = 1;
export const FULFILLED = 2;
export const REJECTED = 3;
export const CANCELLED = 4;

/** Something told when an Op settles: synchronously, so it only takes notes and puts itself on the ready queue. */
export interface Waiter {
  wake(operation: Operation): void;
}

/** Something that begins when it is first waited for, and settles once. */
export abstract class Operation {
  /** Vue's `reactive()` leaves what has this as it is: behind a proxy, private fields cannot be reached. @internal */
  get __v_skip(): true {
    return true;
  }

  // Declared, not defined: a field of the class body is written twice, once by a function of its own, and that cost as much
  // as all the rest of an Op's life. So it is in the subclasses that are made for each wait; nor have those #methods, for
  // which V8 brands every object with a word.

  /** @internal IDLE, PENDING, FULFILLED, REJECTED or CANCELLED. */
  declare progress: 0 | 1 | 2 | 3 | 4;
  /**
   * @internal Once it is settled, the value or the error. Until then, in the same place to save memory, who waits:
   * nobody, one, or an array. Ask `hasWaiters` and `waiters`.
   */
  declare outcome: unknown;

  /** @param progress null: the subclass writes both fields itself, at a place where V8 sees no other class */
  constructor(progress: 0 | 1 | null = IDLE) {
    if (progress !== null) {
      this.progress = progress;
      this.outcome = undefined;
    }
    if (progress !== PENDING && probe.current !== undefined) probe.current.opCreated(this);
  }

  /** For debug output. */
  get name(): string {
    return this.constructor.name;
  }

  /** Starts the operation; it may settle at once. Called once. @internal */
  protected abstract begin(): void;

  /** Takes the operation back; the Op is settled as cancelled afterwards. @internal */
  protected undo(_reason: CancelledError): void {}

  /** Its last waiter has left without stopping it: it may let go of what it waits for itself, and `rest`. @internal */
  protected leftAlone(): void {}

  /** Back to where it was before it began: it begins anew when it is waited for again. @internal */
  protected rest(): void {
    this.progress = IDLE;
  }

  /** It has failed while nobody waited for it. @internal */
  protected failedAlone(): void {}

  /** Somebody looks at the outcome. @internal */
  observe(): void {}

  /** Somebody has looked, or waits to. @internal */
  get observed(): boolean {
    return false;
  }

  /**
   * Its waits are the waiting task's own: cancellation reaches those, not the wait for the whole. @internal
   */
  get transparent(): boolean {
    return false;
  }

  /** A wait for it was declined before it began: running tasks in it are stopped all the same. @internal */
  declined(_reason: CancelledError, _level: boolean): void {}

  /** It may begin although cancellation is due. @internal */
  passesCheckpoint(_form: 'await' | 'yield'): boolean {
    return false;
  }

  /** @internal */
  get settled(): boolean {
    return this.progress >= FULFILLED;
  }

  /** Whether somebody waits for it; not once it is settled. @internal */
  get hasWaiters(): boolean {
    return this.progress < FULFILLED && this.outcome !== undefined;
  }

  /** Who waits for it; nobody once it is settled. @internal */
  get waiters(): readonly Waiter[] {
    if (!this.hasWaiters) return [];
    const waiters = this.outcome as Waiter | Waiter[];
    return Array.isArray(waiters) ? waiters : [waiters];
  }

  /** @internal */
  start(): void {
    if (this.progress !== IDLE) return;
    this.progress = PENDING;
    if (probe.current !== undefined) probe.current.opAwaited(this);
    try {
      this.begin();
    } catch (error) {
      this.settle(REJECTED, error);
    }
  }

  /** Settles once; later calls are ignored and give false. @internal */
  settle(progress: 2 | 3 | 4, outcome: unknown): boolean {
    if (this.progress >= FULFILLED) return false;
    const waiters = this.outcome as Waiter | Waiter[] | undefined;
    this.progress = progress;
    this.outcome = outcome;
    if (waiters === undefined) {
      if (progress === REJECTED) this.failedAlone();
      return true;
    }
    if (Array.isArray(waiters)) for (const waiter of waiters) waiter.wake(this);
    else waiters.wake(this);
    return true;
  }

  /** Call it only while the Op is not settled. @internal */
  addWaiter(waiter: Waiter): void {
    const waiters = this.outcome as Waiter | Waiter[] | undefined;
    if (waiters === undefined) this.outcome = waiter;
    else if (Array.isArray(waiters)) waiters.push(waiter);
    else this.outcome = [waiters, waiter];
  }

  /** Harmless when it does not wait. @internal */
  removeWaiter(waiter: Waiter): void {
    if (this.progress >= FULFILLED) return;
    const waiters = this.outcome as Waiter | Waiter[] | undefined;
    if (Array.isArray(waiters)) {
      const index = waiters.indexOf(waiter);
      if (index < 0) return;
      waiters.splice(index, 1);
      if (waiters.length > 0) return;
    } else if (waiters !== waiter) return;
    this.outcome = undefined;
    this.leftAlone();
  }

  /**
   * A waiter was cancelled: others keep the operation going, the last one stops it.
   *
   * @param level the request goes on until its scope is left; what is part of the waiter is stopped for good
   * @internal
   */
  lose(waiter: Waiter, reason: CancelledError, level: boolean): void {
    if (this.progress < FULFILLED && Array.isArray(this.outcome) && this.outcome.length > 1) {
      this.removeWaiter(waiter);
      waiter.wake(this);
      return;
    }
    this.stop(reason, level);
  }

  /** Stops the operation, even if others wait: what it does is undone, and it is cancelled. @internal */
  stop(reason: CancelledError, _level: boolean): void {
    if (this.progress >= FULFILLED) return;
    try {
      if (this.progress === PENDING) this.undo(reason);
    } catch (error) {
      this.settle(REJECTED, error);
    }
    this.settle(CANCELLED, reason);
  }
}
