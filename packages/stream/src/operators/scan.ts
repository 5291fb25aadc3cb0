/** `scan`: RxJS's, on the batch lane. */

import type { OperatorFunction, Subscriber } from 'rxjs';
import { TransformSubscriber } from './lane-subscriber.ts';
import { operate } from './operate.ts';

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
