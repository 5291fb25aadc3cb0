/** RxJS's operators that keep every value for a while, with a bound on how many they keep. */
import * as stock from 'rxjs';
import { asyncScheduler, type ObservableInput, type SchedulerLike, type Subscriber } from 'rxjs';
import { StreamOverflowError } from '../errors.ts';
import { BufferStage, buffer } from '../operators/buffer.ts';
import { mergeMap } from '../operators/merge-map.ts';
import { operate } from '../operators/operate.ts';
import { Stage } from '../operators/stage.ts';
import {
  type BufferBounds,
  DEFAULT_BUFFER_BOUNDS,
  DEFAULT_HIGH_WATER_ITEMS,
  HARD_CAP_FACTOR,
} from '../overflow.ts';
import { ungated } from './notifiers.ts';

/** RxJS's `delayWhen`; the source is held back while 64 values are kept. */
export const delayWhen: typeof stock.delayWhen = ((
  select: (value: unknown, index: number) => ObservableInput<unknown>,
  subscriptionDelay?: stock.Observable<unknown>,
) => {
  const delayed = mergeMap((value: unknown, index: number) =>
    ungated(select(value, index)).pipe(
      stock.take(1),
      stock.map(() => value),
    ),
  );
  // Delays that end together bring their values together: what the consumer has no room for waits here.
  if (!subscriptionDelay) return (source: stock.Observable<unknown>) => source.pipe(delayed, buffer());
  return (source: stock.Observable<unknown>) =>
    stock.concat(
      ungated(subscriptionDelay).pipe(stock.take(1), stock.ignoreElements()),
      source.pipe(delayed, buffer()),
    );
}) as never;

/** RxJS's `delay`; the source is held back while 64 values are kept. */
export const delay: typeof stock.delay = (due, scheduler = asyncScheduler) => {
  const duration = stock.timer(due as number, scheduler);
  return delayWhen(() => duration);
};

/** RxJS's `observeOn`; the source is held back while 64 values are on their way. */
export const observeOn: typeof stock.observeOn = (scheduler, delayMs = 0) =>
  operate((source, subscriber: Subscriber<never>) => {
    const queue = new BufferStage(subscriber, DEFAULT_BUFFER_BOUNDS as BufferBounds<never>);
    source.subscribe(new ObserveOnStage(queue, scheduler, delayMs) as never);
  });

const MAX_SCHEDULED = DEFAULT_HIGH_WATER_ITEMS * HARD_CAP_FACTOR;

class ObserveOnStage extends Stage<unknown, unknown> {
  readonly label = 'observeOn';
  private readonly scheduler: SchedulerLike;
  private readonly delayMs: number;
  private scheduled = 0;

  constructor(downstream: Subscriber<never>, scheduler: SchedulerLike, delayMs: number) {
    super(downstream as Subscriber<unknown>, true);
    this.scheduler = scheduler;
    this.delayMs = delayMs;
  }

  override get queued(): number {
    return this.scheduled;
  }

  override wake(): void {}

  protected override onNext(value: unknown): void {
    if (this.scheduled >= MAX_SCHEDULED) {
      this.fail(new StreamOverflowError('pause', MAX_SCHEDULED, this.scheduled + 1));
      return;
    }
    this.later(() => this.downstream.next(value));
    if (this.scheduled >= DEFAULT_HIGH_WATER_ITEMS) this.oxbowGate.close();
  }

  protected override onError(error: unknown): void {
    // The end too comes by the scheduler: it must not overtake the values.
    this.later(() => {});
    super.onError(error);
  }

  protected override onComplete(): void {
    this.later(() => {});
    super.onComplete();
  }

  protected override get idle(): boolean {
    return this.scheduled === 0;
  }

  protected override discard(): void {}

  private later(act: () => void): void {
    this.scheduled++;
    const action = this.scheduler.schedule(() => {
      this.scheduled--;
      if (this.over) return;
      act();
      if (this.settle()) return;
      if (this.scheduled <= DEFAULT_HIGH_WATER_ITEMS / 2) this.oxbowGate.open();
    }, this.delayMs);
    this.downstream.add(action);
  }
}
