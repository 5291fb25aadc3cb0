/**
 * An intake that is read by pulling, one promise for each read. Values wait in its buffer; readers that came too early wait
 * here, in order. It subscribes at the first read, and keeps nothing of the source but the subscription.
 */

import type { CancelledError } from '@oxbow/loop';
import { bindToTask, currentTask, type Repeated, type Settle } from '@oxbow/loop/lowlevel';
import { RingBuffer } from '@oxbow/loop/structures';
import type { Observable } from 'rxjs';
import { checkResult } from '../from/iterator-result.ts';
import type { BufferBounds } from '../overflow.ts';
import { reportUnhandled } from '../unhandled.ts';
import { onAbort } from './abort.ts';
import { type Failure, Intake } from './intake.ts';
import type { LiveIntakes } from './live-intakes.ts';

/** What a read gives. */
export type Result<R> = IteratorResult<R, undefined>;

/** No value: every other value may be one. */
const NOTHING: unique symbol = Symbol('nothing');

const DONE: IteratorReturnResult<undefined> = Object.freeze({ done: true, value: undefined });

/** What values() and batches() have in common. `T` is what the source emits, `R` what the reader gets. */
export abstract class PullIntake<T, R> extends Intake<T> implements Repeated<Result<R>> {
  /** Until the first read. */
  private unread: Observable<T> | undefined;
  private signal: AbortSignal | undefined;
  private readonly watch: LiveIntakes;
  /** What reads pull from, when the source is an iterable with nothing between: then the buffer stays empty. */
  private iterator: Iterator<R> | undefined;
  private first: Settle<Result<R>> | undefined;
  private others: RingBuffer<Settle<Result<R>>> | undefined;
  private stopAborting: (() => void) | undefined;
  private failureGiven = false;
  /** The reader has left: from then on every read gives the end. */
  private left = false;

  constructor(
    source: Observable<T>,
    bounds: BufferBounds<T>,
    signal: AbortSignal | undefined,
    watch: LiveIntakes,
  ) {
    super(bounds);
    this.unread = source;
    this.signal = signal;
    this.watch = watch;
  }

  /** Takes what one read gives; called only when something waits. */
  protected abstract unload(): R;

  /** A value at once when there is one; else a wait that belongs to the calling task. */
  read(): Promise<Result<R>> {
    // Neither is there before the source has been subscribed to, so the short ways need not ask whether it has.
    if (this.iterator !== undefined) {
      const value = this.pull(this.iterator);
      if (value !== NOTHING) return Promise.resolve({ done: false, value });
    } else if (this.buffer.length > 0 && this.first === undefined) {
      const value = this.unload();
      this.goOn();
      return Promise.resolve({ done: false, value });
    }
    return this.readSlowly();
  }

  /** The same for a caller with a promise of its own; returns what undoes the wait, when there is one. */
  readInto(settle: Settle<Result<R>>): ((reason: CancelledError) => void) | undefined {
    if (this.unread !== undefined) this.subscribeTo(this.unread);
    if (this.first === undefined) {
      if (this.buffer.length > 0) {
        const value = this.unload();
        this.goOn();
        settle.resolve({ done: false, value });
        return undefined;
      }
      if (this.iterator !== undefined) {
        const value = this.pull(this.iterator);
        if (value !== NOTHING) {
          settle.resolve({ done: false, value });
          return undefined;
        }
      }
      if (this.finished) {
        this.settleEnd(settle);
        return undefined;
      }
    }
    return this.wait(settle);
  }

  /**
   * The reader leaves: the source is torn down now, pending reads get the end.
   *
   * @throws what the teardown threw
   */
  leave(): void {
    if (this.left) return;
    this.left = true;
    this.unread = undefined;
    this.stopAborting?.();
    this.watch.delete(this as never);
    try {
      this.close();
    } finally {
      this.flush();
    }
  }

  override waitsFor(): string {
    return this.waiting ? 'nothing: it waits for the source' : 'the consumer to call next()';
  }

  protected override ended(): void {
    this.stopAborting?.();
    this.watch.delete(this as never);
    this.flush();
  }

  /** Takes an iterator over: from here on every read pulls from it, and leaving early returns it. */
  protected takeOver(iterator: Iterator<R>): void {
    this.iterator = iterator;
    this.add(() => {
      const left = this.iterator;
      this.iterator = undefined;
      left?.return?.();
    });
  }

  /** True while a reader waits for a value. */
  protected get waiting(): boolean {
    return this.first !== undefined;
  }

  /** Gives the reader that waits longest its result. */
  protected hand(value: R): void {
    const settle = this.first;
    this.first = this.others?.shift();
    settle?.resolve({ done: false, value });
  }

  /** Serves waiting readers from the buffer, then tells the rest of the end. */
  protected flush(): void {
    while (this.first !== undefined && this.buffer.length > 0) {
      this.hand(this.unload());
      this.goOn();
    }
    if (!this.finished) return;
    while (this.first !== undefined) {
      const settle = this.first;
      this.first = this.others?.shift();
      this.settleEnd(settle);
    }
  }

  private readSlowly(): Promise<Result<R>> {
    if (this.unread !== undefined) {
      this.subscribeTo(this.unread);
      return this.read();
    }
    if (this.first === undefined && this.finished) return this.end();
    if (currentTask() !== undefined) return bindToTask<Result<R>>(this);
    // Nobody can cancel it, so it needs nothing but its promise.
    const alone = Promise.withResolvers<Result<R>>();
    this.queue(alone);
    return alone.promise;
  }

  /** The next value of the iterator; `NOTHING` when that has ended, has failed, or was left within the call. */
  private pull(iterator: Iterator<R>): R | typeof NOTHING {
    try {
      const result = checkResult(iterator.next());
      if (this.iterator !== iterator) return NOTHING;
      if (!result.done) return result.value;
      this.iterator = undefined;
      this.complete();
    } catch (error) {
      this.iterator = undefined;
      this.error(error);
    }
    return NOTHING;
  }

  private subscribeTo(source: Observable<T>): void {
    this.unread = undefined;
    const signal = this.signal;
    if (signal !== undefined) {
      this.signal = undefined;
      this.stopAborting = onAbort(signal, (reason) => this.abort(reason));
      if (this.finished) return;
    }
    this.watch.add(this as never);
    this.connect(source);
  }

  private abort(reason: unknown): void {
    if (this.left) return;
    this.stopAborting?.();
    this.watch.delete(this as never);
    try {
      this.close({ error: reason });
    } catch (error) {
      reportUnhandled(error);
    }
    this.flush();
  }

  private queue(settle: Settle<Result<R>>): void {
    if (this.first === undefined) this.first = settle;
    else (this.others ??= new RingBuffer()).push(settle);
  }

  private wait(settle: Settle<Result<R>>): (reason: CancelledError) => void {
    this.queue(settle);
    return () => this.undo(settle);
  }

  /** A read begins to wait. */
  begin(settle: Settle<Result<R>>): void {
    this.queue(settle);
  }

  /** The task that reads is cancelled: it leaves. */
  undo(settle: Settle<Result<R>>): void {
    this.forget(settle);
    try {
      this.leave();
    } catch (error) {
      reportUnhandled(error);
    }
  }

  private forget(settle: Settle<Result<R>>): void {
    const others = this.others?.take(Number.POSITIVE_INFINITY) ?? [];
    const waiting = this.first === undefined ? others : [this.first, ...others];
    this.first = undefined;
    for (const one of waiting) if (one !== settle) this.queue(one);
  }

  /** The failure, for the one read that is told of it. */
  private takeFailure(): Failure | undefined {
    if (this.failureGiven || this.left) return undefined;
    this.failureGiven = true;
    return this.failure;
  }

  private end(): Promise<Result<R>> {
    const failure = this.takeFailure();
    return failure === undefined ? Promise.resolve(DONE) : Promise.reject(failure.error);
  }

  private settleEnd(settle: Settle<Result<R>>): void {
    const failure = this.takeFailure();
    if (failure === undefined) settle.resolve(DONE);
    else settle.reject(failure.error);
  }
}
