/** `filter`: RxJS's, on the batch lane. */

import type { MonoTypeOperatorFunction, OperatorFunction, Subscriber } from 'rxjs';
import { TransformSubscriber } from './lane-subscriber.ts';
import { operate } from './operate.ts';

/** Lets through the values the predicate accepts, as in RxJS. */
export function filter<T, S extends T>(
  predicate: (value: T, index: number) => value is S,
): OperatorFunction<T, S>;
export function filter<T>(
  predicate: BooleanConstructor,
): OperatorFunction<T, Exclude<T, false | null | 0 | '' | undefined | 0n>>;
export function filter<T>(predicate: (value: T, index: number) => boolean): MonoTypeOperatorFunction<T>;
export function filter<T>(predicate: (value: T, index: number) => boolean): MonoTypeOperatorFunction<T> {
  return operate((source, subscriber: Subscriber<T>) => {
    source.subscribe(new FilterSubscriber(subscriber, predicate));
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
