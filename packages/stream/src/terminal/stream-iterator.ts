/**
 * A stream read by pulling: `for await`, `values()`, `batches()`. One iterator is one subscription, begun by the first
 * `next()`. Values wait in the intake; readers that came too early wait here, in order.
 */

import type { CancelledError, Op } from '@oxbow/loop';
import { bindToTask, createOp, type Settle } from '@oxbow/loop/lowlevel';
import type { Observable } from 'rxjs';
import type { BufferBounds } from '../overflow.ts';
import { RingBuffer } from '../ring-buffer.ts';
import { reportUnhandled } from '../unhandled.ts';
import { onAbort } from './abort.ts';
import { Intake, type IntakeReader } from './intake.ts';
import type { LiveIntakes } from './live-intakes.ts';

/**
 * An asynchronous iterator over a stream.
 *
 * - Calls of `next()` queue in order. A buffered value settles at once; a wait belongs to the calling task and ends with
 *   CancelledError when the task is cancelled. A cancelled wait closes the iterator, as leaving `for await` does.
 * - Buffered values come first, then the error, once; then `done`.
 * - `return()` tears the source down before it returns, wakes a pending `next()`, and never waits for the source.
 *   `[Symbol.asyncDispose]()` also waits for an asynchronous teardown.
 */
export interface StreamIterator<T> extends AsyncIterableIterator<T, undefined, undefined>, AsyncDisposable {
  next(): Promise<IteratorResult<T, undefined>>;
  /** The same as `next()` for generator coroutines: `yield* iterator.pull()`. It starts when it is first awaited. */
  pull(): Op<IteratorResult<T, undefined>>;
  return(value?: unknown): Promise<IteratorResult<T, undefined>>;
  throw(error?: unknown): Promise<IteratorResult<T, undefined>>;
  [Symbol.asyncIterator](): StreamIterator<T>;
  [Symbol.asyncDispose](): Promise<void>;
}

type Result<R> = IteratorResult<R, undefined>;

const DONE: IteratorReturnResult<undefined> = Object.freeze({ done: true, value: undefined });

/** What values() and batches() have in common. `T` is what the source emits, `R` what the reader gets. */
abstract class PullReader<T, R> implements StreamIterator<R>, IntakeReader<T> {
  readonly #source: Observable<T>;
  readonly #bounds: BufferBounds<T>;
  readonly #signal: AbortSignal | undefined;
  readonly #watch: LiveIntakes | undefined;
  #intake: Intake<T> | undefined;
  #first: Settle<Result<R>> | undefined;
  #others: RingBuffer<Settle<Result<R>>> | undefined;
  #stopAborting: (() => void) | undefined;
  #failureGiven = false;
  #closed = false;
  abstract readonly label: string;

  constructor(
    source: Observable<T>,
    bounds: BufferBounds<T>,
    signal: AbortSignal | undefined,
    watch?: LiveIntakes,
  ) {
    this.#source = source;
    this.#bounds = bounds;
    this.#signal = signal;
    this.#watch = watch;
  }

  abstract accept(value: T): boolean;
  abstract acceptBatch(values: readonly T[], owned: boolean): number;
  abstract available(): void;
  protected abstract read(intake: Intake<T>): R;

  next(): Promise<Result<R>> {
    const intake = this.#intake ?? this.#connect();
    if (this.#first === undefined) {
      if (intake.buffer.length > 0) {
        const value = this.read(intake);
        intake.goOn();
        return Promise.resolve({ done: false, value });
      }
      if (intake.finished) return this.#end(intake);
    }
    return bindToTask((settle: Settle<Result<R>>) => this.#wait(settle));
  }

  pull(): Op<Result<R>> {
    return createOp(
      (settle: Settle<Result<R>>) => {
        const intake = this.#intake ?? this.#connect();
        if (this.#first === undefined) {
          if (intake.buffer.length > 0) {
            const value = this.read(intake);
            intake.goOn();
            settle.resolve({ done: false, value });
            return undefined;
          }
          if (intake.finished) {
            this.#settleEnd(intake, settle);
            return undefined;
          }
        }
        return this.#wait(settle);
      },
      { name: 'pull' },
    );
  }

  return(_value?: unknown): Promise<Result<R>> {
    try {
      this.#close();
    } catch (error) {
      return Promise.reject(error);
    }
    return Promise.resolve(DONE);
  }

  throw(error?: unknown): Promise<Result<R>> {
    try {
      this.#close();
    } catch (teardownError) {
      reportUnhandled(teardownError);
    }
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): StreamIterator<R> {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close();
    await this.#intake?.oxbowGate.teardownsSettled();
  }

  waitsFor(): string {
    return this.waiting ? 'nothing: it waits for the source' : 'the consumer to call next()';
  }

  ended(): void {
    this.#stopAborting?.();
    const intake = this.#intake;
    if (intake === undefined) return;
    this.#watch?.delete(intake as never);
    this.flush();
  }

  /** True while a reader waits for a value. */
  protected get waiting(): boolean {
    return this.#first !== undefined;
  }

  /** Gives the reader that waits longest its result. */
  protected hand(value: R): void {
    const settle = this.#first;
    this.#first = this.#others?.shift();
    settle?.resolve({ done: false, value });
  }

  /** Serves waiting readers from the buffer, then tells the rest of the end. */
  protected flush(): void {
    const intake = this.#intake;
    if (intake === undefined) return;
    while (this.#first !== undefined && intake.buffer.length > 0) {
      this.hand(this.read(intake));
      intake.goOn();
    }
    if (!intake.finished) return;
    while (this.#first !== undefined) {
      const settle = this.#first;
      this.#first = this.#others?.shift();
      this.#settleEnd(intake, settle);
    }
  }

  #connect(): Intake<T> {
    const intake = new Intake<T>(this.#bounds, this);
    this.#intake = intake;
    if (this.#closed) {
      intake.close();
      return intake;
    }
    if (this.#signal !== undefined) {
      this.#stopAborting = onAbort(this.#signal, (reason) => this.#abort(reason));
      if (intake.finished) return intake;
    }
    this.#watch?.add(intake as never);
    intake.connect(this.#source);
    return intake;
  }

  #abort(reason: unknown): void {
    const intake = this.#intake;
    if (intake === undefined || this.#closed) return;
    this.#stopAborting?.();
    this.#watch?.delete(intake as never);
    try {
      intake.close({ error: reason });
    } catch (error) {
      reportUnhandled(error);
    }
    this.flush();
  }

  #wait(settle: Settle<Result<R>>): (reason: CancelledError) => void {
    if (this.#first === undefined) this.#first = settle;
    else (this.#others ??= new RingBuffer()).push(settle);
    return () => {
      this.#forget(settle);
      try {
        this.#close();
      } catch (error) {
        reportUnhandled(error);
      }
    };
  }

  #forget(settle: Settle<Result<R>>): void {
    const others = this.#others?.take(Number.POSITIVE_INFINITY) ?? [];
    const waiting = this.#first === undefined ? others : [this.#first, ...others];
    this.#first = undefined;
    for (const one of waiting) {
      if (one === settle) continue;
      if (this.#first === undefined) this.#first = one;
      else this.#others?.push(one);
    }
  }

  #end(intake: Intake<T>): Promise<Result<R>> {
    const { failure } = intake;
    if (failure === undefined || this.#failureGiven || this.#closed) return Promise.resolve(DONE);
    this.#failureGiven = true;
    return Promise.reject(failure.error);
  }

  #settleEnd(intake: Intake<T>, settle: Settle<Result<R>>): void {
    const { failure } = intake;
    if (failure === undefined || this.#failureGiven || this.#closed) {
      settle.resolve(DONE);
      return;
    }
    this.#failureGiven = true;
    settle.reject(failure.error);
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopAborting?.();
    const intake = this.#intake;
    if (intake === undefined) return;
    this.#watch?.delete(intake as never);
    try {
      intake.close();
    } finally {
      this.flush();
    }
  }
}

/** Reads one value at a time. */
export class ValueIterator<T> extends PullReader<T, T> {
  readonly label = 'values()';

  override accept(value: T): boolean {
    if (!this.waiting) return false;
    this.hand(value);
    return true;
  }

  override acceptBatch(values: readonly T[]): number {
    let i = 0;
    while (i < values.length && this.waiting) this.hand(values[i++] as T);
    return i;
  }

  override available(): void {
    // A waiting reader has already accepted: values are queued only while nobody waits.
  }

  protected override read(intake: Intake<T>): T {
    return intake.take();
  }
}

/** Reads whatever has arrived, as one array. */
export class BatchIterator<T> extends PullReader<T, T[]> {
  readonly label = 'batches()';
  readonly #max: number;
  #scheduled = false;

  constructor(
    source: Observable<T>,
    bounds: BufferBounds<T>,
    max: number,
    signal: AbortSignal | undefined,
    watch?: LiveIntakes,
  ) {
    super(source, bounds, signal, watch);
    this.#max = max;
  }

  override accept(_value: T): boolean {
    return false;
  }

  /** An array that arrives whole is handed over whole; as a copy where somebody else holds it too. */
  override acceptBatch(values: readonly T[], owned: boolean): number {
    const { length } = values;
    if (!this.waiting || length > this.#max || length === 0) return 0;
    this.hand(owned ? (values as T[]) : values.slice());
    return length;
  }

  /** Waits for the end of the running job, so that all a source emits in one go arrives as one array. */
  override available(): void {
    if (this.#scheduled || !this.waiting) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.flush();
    });
  }

  protected override read(intake: Intake<T>): T[] {
    return intake.takeMany(this.#max);
  }
}
