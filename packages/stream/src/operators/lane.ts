/**
 * The batch lane: `map`, `filter`, `scan`, `take` and `tap` with RxJS's names and behaviour, which take whole arrays where
 * the source emits batches. One call of the next stage per array instead of one per value.
 *
 * One difference can be seen: within a batch a stage has seen all values before the next stage sees the first.
 */
import {
  EMPTY,
  type MonoTypeOperatorFunction,
  type OperatorFunction,
  type Subscriber,
  tap as stockTap,
  type TapObserver,
} from 'rxjs';
import { type BatchSubscriber, emitBatch, takesBatches } from '../emitter.ts';
import { GuardedSubscriber } from '../rxjs-inside.ts';
import { operate } from './operate.ts';

/** A stage without a queue: what comes in goes out at once, changed or not at all. */
abstract class LaneSubscriber<T, R> extends GuardedSubscriber<T> implements BatchSubscriber<T> {
  readonly oxbowBatch: boolean;
  protected readonly downstream: Subscriber<R>;

  constructor(downstream: Subscriber<R>) {
    super(downstream as never);
    this.oxbowBatch = takesBatches(downstream);
    this.downstream = downstream;
  }

  abstract batch(values: readonly T[], owned?: boolean): void;
}

/** A lane stage that makes a new array of every array, or of an array that is its own, the same one. */
abstract class TransformSubscriber<T, R> extends LaneSubscriber<T, R> {
  /** How many places of its array `transform` has filled, also when it throws. */
  protected filled = 0;

  /**
   * Puts what becomes of `values` into `out`, which has a place for each, and says in `filled` how many it has used. What
   * it throws ends the stream after those have been emitted.
   */
  protected abstract transform(values: readonly T[], out: R[]): void;

  override batch(values: readonly T[], owned = false): void {
    if (this.stopped) return;
    // Every place is read before it is written, and never written ahead of reading.
    const out = owned ? (values as unknown as R[]) : new Array<R>(values.length);
    let failure: { readonly error: unknown } | undefined;
    try {
      this.transform(values, out);
    } catch (error) {
      failure = { error };
    }
    if (this.filled < out.length) out.length = this.filled;
    if (out.length > 0) emitBatch(this.downstream, out, true);
    if (failure !== undefined) this.error(failure.error);
  }
}

/** Maps every value, as in RxJS. */
export function map<T, R>(project: (value: T, index: number) => R): OperatorFunction<T, R>;
/** @deprecated RxJS's form with a `this`: use a closure. */
export function map<T, R, A>(
  project: (this: A, value: T, index: number) => R,
  thisArg: A,
): OperatorFunction<T, R>;
export function map<T, R>(
  project: (value: T, index: number) => R,
  thisArg?: unknown,
): OperatorFunction<T, R> {
  const bound = thisArg === undefined ? project : (project.bind(thisArg) as typeof project);
  return operate((source, subscriber: Subscriber<R>) => {
    source.subscribe(new MapSubscriber(subscriber, bound));
  });
}

class MapSubscriber<T, R> extends TransformSubscriber<T, R> {
  private readonly project: (value: T, index: number) => R;
  private index = 0;

  constructor(downstream: Subscriber<R>, project: (value: T, index: number) => R) {
    super(downstream);
    this.project = project;
  }

  protected override onNext(value: T): void {
    let mapped: R;
    try {
      mapped = this.project(value, this.index++);
    } catch (error) {
      this.error(error);
      return;
    }
    this.downstream.next(mapped);
  }

  protected override transform(values: readonly T[], out: R[]): void {
    const project = this.project;
    const first = this.index;
    let i = 0;
    try {
      for (; i < values.length; i++) out[i] = project(values[i] as T, first + i);
    } finally {
      this.filled = i;
      this.index = first + i;
    }
  }
}

/** Lets through the values the predicate accepts, as in RxJS. */
export function filter<T, S extends T>(
  predicate: (value: T, index: number) => value is S,
): OperatorFunction<T, S>;
export function filter<T>(
  predicate: BooleanConstructor,
): OperatorFunction<T, Exclude<T, false | null | 0 | '' | undefined | 0n>>;
export function filter<T>(predicate: (value: T, index: number) => boolean): MonoTypeOperatorFunction<T>;
/** @deprecated RxJS's form with a `this`: use a closure. */
export function filter<T, A>(
  predicate: (this: A, value: T, index: number) => boolean,
  thisArg: A,
): MonoTypeOperatorFunction<T>;
export function filter<T>(
  predicate: (value: T, index: number) => boolean,
  thisArg?: unknown,
): MonoTypeOperatorFunction<T> {
  const bound = thisArg === undefined ? predicate : (predicate.bind(thisArg) as typeof predicate);
  return operate((source, subscriber: Subscriber<T>) => {
    source.subscribe(new FilterSubscriber(subscriber, bound));
  });
}

class FilterSubscriber<T> extends TransformSubscriber<T, T> {
  private readonly predicate: (value: T, index: number) => boolean;
  private index = 0;

  constructor(downstream: Subscriber<T>, predicate: (value: T, index: number) => boolean) {
    super(downstream);
    this.predicate = predicate;
  }

  protected override onNext(value: T): void {
    let accepted: boolean;
    try {
      accepted = this.predicate(value, this.index++);
    } catch (error) {
      this.error(error);
      return;
    }
    if (accepted) this.downstream.next(value);
  }

  protected override transform(values: readonly T[], out: T[]): void {
    const predicate = this.predicate;
    const first = this.index;
    let filled = 0;
    try {
      for (let i = 0; i < values.length; i++) {
        const value = values[i] as T;
        if (predicate(value, first + i)) out[filled++] = value;
      }
    } finally {
      this.filled = filled;
      this.index = first + values.length;
    }
  }
}

/** Emits every step of a fold, as in RxJS: without a seed the first value is the first step. */
export function scan<V, A = V>(
  accumulator: (acc: A | V, value: V, index: number) => A,
): OperatorFunction<V, V | A>;
export function scan<V, A>(
  accumulator: (acc: A, value: V, index: number) => A,
  seed: A,
): OperatorFunction<V, A>;
export function scan<V, A, S>(
  accumulator: (acc: A | S, value: V, index: number) => A,
  seed: S,
): OperatorFunction<V, A>;
export function scan<V, A>(
  accumulator: (acc: A, value: V, index: number) => A,
  ...seed: [seed?: A]
): OperatorFunction<V, A> {
  return operate((source, subscriber: Subscriber<A>) => {
    source.subscribe(new ScanSubscriber<V, A>(subscriber, accumulator, seed.length > 0, seed[0] as A));
  });
}

class ScanSubscriber<V, A> extends TransformSubscriber<V, A> {
  private readonly accumulator: (acc: A, value: V, index: number) => A;
  private hasState: boolean;
  private state: A;
  private index = 0;

  constructor(
    downstream: Subscriber<A>,
    accumulator: (acc: A, value: V, index: number) => A,
    hasSeed: boolean,
    seed: A,
  ) {
    super(downstream);
    this.accumulator = accumulator;
    this.hasState = hasSeed;
    this.state = seed;
  }

  protected override onNext(value: V): void {
    try {
      this.step(value);
    } catch (error) {
      this.error(error);
      return;
    }
    this.downstream.next(this.state);
  }

  protected override transform(values: readonly V[], out: A[]): void {
    this.filled = 0;
    for (let i = 0; i < values.length; i++) {
      this.step(values[i] as V);
      out[i] = this.state;
      this.filled = i + 1;
    }
  }

  private step(value: V): void {
    const index = this.index++;
    if (this.hasState) {
      this.state = this.accumulator(this.state, value, index);
    } else {
      this.hasState = true;
      this.state = value as unknown as A;
    }
  }
}

/** Emits the first `count` values, then completes and leaves the source, as in RxJS. */
export function take<T>(count: number): MonoTypeOperatorFunction<T> {
  if (count <= 0) return () => EMPTY;
  return operate((source, subscriber: Subscriber<T>) => {
    source.subscribe(new TakeSubscriber(subscriber, count));
  });
}

class TakeSubscriber<T> extends LaneSubscriber<T, T> {
  private readonly count: number;
  private seen = 0;

  constructor(downstream: Subscriber<T>, count: number) {
    super(downstream);
    this.count = count;
  }

  protected override onNext(value: T): void {
    // Counted before it is handed on: a consumer that makes the source emit again must not get one too many.
    const seen = ++this.seen;
    if (seen > this.count) return;
    this.downstream.next(value);
    if (seen >= this.count) this.complete();
  }

  override batch(values: readonly T[], owned = false): void {
    if (this.stopped) return;
    const left = this.count - this.seen;
    const cut = values.length > left;
    const taken = cut ? values.slice(0, left) : values;
    this.seen += taken.length;
    if (taken.length > 0) emitBatch(this.downstream, taken, cut || owned);
    if (this.seen >= this.count && !this.stopped) this.complete();
  }
}

/** Looks at every value without changing it, as in RxJS. An observer that wants to know of subscriptions gets RxJS's own. */
export function tap<T>(
  observerOrNext?: Partial<TapObserver<T>> | ((value: T) => void) | null,
): MonoTypeOperatorFunction<T>;
/** @deprecated RxJS's form with three callbacks: use an observer. */
export function tap<T>(
  next?: ((value: T) => void) | null,
  error?: ((error: unknown) => void) | null,
  complete?: (() => void) | null,
): MonoTypeOperatorFunction<T>;
export function tap<T>(
  observerOrNext?: Partial<TapObserver<T>> | ((value: T) => void) | null,
  error?: ((error: unknown) => void) | null,
  complete?: (() => void) | null,
): MonoTypeOperatorFunction<T> {
  if (typeof observerOrNext !== 'function' || error || complete)
    return stockTap(observerOrNext as never, error, complete);
  return operate((source, subscriber: Subscriber<T>) => {
    source.subscribe(new TapSubscriber(subscriber, observerOrNext));
  });
}

class TapSubscriber<T> extends TransformSubscriber<T, T> {
  private readonly look: (value: T) => void;

  constructor(downstream: Subscriber<T>, look: (value: T) => void) {
    super(downstream);
    this.look = look;
  }

  protected override onNext(value: T): void {
    try {
      this.look(value);
    } catch (error) {
      this.error(error);
      return;
    }
    this.downstream.next(value);
  }

  protected override transform(values: readonly T[], out: T[]): void {
    const look = this.look;
    this.filled = 0;
    for (let i = 0; i < values.length; i++) {
      look(values[i] as T);
      out[i] = values[i] as T;
      this.filled = i + 1;
    }
  }
}
