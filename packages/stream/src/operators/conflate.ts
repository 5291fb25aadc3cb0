/** `conflate` and `latest`: for sources that cannot wait and consumers that need not see everything. */
import type { MonoTypeOperatorFunction, OperatorFunction, Subscriber } from 'rxjs';
import { operate } from './operate.ts';
import { Stage } from './stage.ts';

/**
 * While the consumer is full, folds what arrives into one value and hands that over when it goes on; else passes every
 * value. The source is never held back. The consumer's own buffer comes first: give it a `highWaterMark` of 1 to see the
 * newest state.
 *
 * @param reduce joins what waits with what arrives
 */
export function conflate<T>(reduce: (waiting: T, value: T) => T): MonoTypeOperatorFunction<T>;
/**
 * The same into values of another kind: every value goes through `seed`, alone or as the first of those that wait.
 *
 * @param reduce joins what waits with what arrives
 * @param seed makes what waits, or what is passed on, of a first value
 */
export function conflate<T, A>(
  reduce: (waiting: A, value: T) => A,
  seed: (value: T) => A,
): OperatorFunction<T, A>;
export function conflate<T, A>(
  reduce: (waiting: A, value: T) => A,
  seed: (value: T) => A = (value) => value as unknown as A,
): OperatorFunction<T, A> {
  return operate((source, subscriber: Subscriber<A>) => {
    source.subscribe(new ConflateStage<T, A>(subscriber, 'conflate', reduce, seed));
  });
}

/** While the consumer is full, keeps only the newest value for it. The source is never held back. */
export function latest<T>(): MonoTypeOperatorFunction<T> {
  return operate((source, subscriber: Subscriber<T>) => {
    const newest = (_waiting: T, value: T): T => value;
    source.subscribe(new ConflateStage<T, T>(subscriber, 'latest', newest, (value) => value));
  });
}

class ConflateStage<T, A> extends Stage<T, A> {
  readonly label: string;
  private readonly reduce: (waiting: A, value: T) => A;
  private readonly seed: (value: T) => A;
  private waiting: { value: A } | undefined;

  constructor(
    downstream: Subscriber<A>,
    label: string,
    reduce: (waiting: A, value: T) => A,
    seed: (value: T) => A,
  ) {
    super(downstream);
    this.label = label;
    this.reduce = reduce;
    this.seed = seed;
  }

  override get queued(): number {
    return this.waiting === undefined ? 0 : 1;
  }

  protected override onNext(value: T): void {
    let folded: A;
    try {
      folded = this.waiting === undefined ? this.seed(value) : this.reduce(this.waiting.value, value);
    } catch (error) {
      this.error(error);
      return;
    }
    if (this.below?.closed) {
      this.waiting = { value: folded };
      this.below.wait(this);
    } else {
      this.waiting = undefined;
      this.downstream.next(folded);
    }
  }

  override wake(): void {
    const waiting = this.waiting;
    this.waiting = undefined;
    if (waiting !== undefined) this.downstream.next(waiting.value);
    this.settle();
  }

  protected override get idle(): boolean {
    return this.waiting === undefined;
  }

  protected override discard(): void {
    this.waiting = undefined;
  }
}
