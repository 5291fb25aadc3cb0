/** RxJS's `observeOn`, with a bound on what is on its way. */
import type * as stock from 'rxjs';
import type { SchedulerLike, Subscriber } from 'rxjs';
import { StreamOverflowError } from '../errors.ts';
import { BufferStage } from '../operators/buffer.ts';
import { operate } from '../operators/operate.ts';
import { Stage } from '../operators/stage.ts';
import {
  type BufferBounds,
  DEFAULT_BUFFER_BOUNDS,
  DEFAULT_HIGH_WATER_ITEMS,
  HARD_CAP_FACTOR,
} from '../overflow.ts';

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
