/** `take`: RxJS's, on the batch lane. */

import { EMPTY, type MonoTypeOperatorFunction, type Subscriber } from 'rxjs';
import { emitBatch } from '../emitter.ts';
import { LaneSubscriber } from './lane-subscriber.ts';
import { operate } from './operate.ts';

/**
 * Emits the first `count` values, then completes and leaves the source, as in RxJS.
 *
 * @example
 * ```ts
 * import { Stream, take } from '@oxbow/stream';
 *
 * for await (const value of Stream.from([1, 2, 3]).pipe(take(2))) console.log(value); // 1, 2
 * ```
 */
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
