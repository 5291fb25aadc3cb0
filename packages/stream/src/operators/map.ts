/** `map`: RxJS's, on the batch lane. */

import type { OperatorFunction, Subscriber } from 'rxjs';
import { TransformSubscriber } from './lane-subscriber.ts';
import { operate } from './operate.ts';

/** Maps every value, as in RxJS. */
export function map<T, R>(project: (value: T, index: number) => R): OperatorFunction<T, R> {
  return operate((source, subscriber: Subscriber<R>) => {
    source.subscribe(new MapSubscriber(subscriber, project));
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
