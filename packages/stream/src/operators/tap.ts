/** `tap`: RxJS's, on the batch lane where it is given a function of values. */

import type { MonoTypeOperatorFunction, Subscriber, TapObserver } from 'rxjs';
import * as stock from 'rxjs';
import { TransformSubscriber } from './lane-subscriber.ts';
import { operate } from './operate.ts';

/** Looks at every value without changing it, as in RxJS. An observer that wants to know of subscriptions gets RxJS's own. */
export function tap<T>(
  observerOrNext?: Partial<TapObserver<T>> | ((value: T) => void) | null,
): MonoTypeOperatorFunction<T> {
  if (typeof observerOrNext !== 'function') return stock.tap(observerOrNext as never);
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
