/** RxJS's `expand`, with a bound on what waits to be expanded. Held back, it gives what RxJS gives, in that order. */

import type * as stock from 'rxjs';
import type { ObservableInput, SchedulerLike, Subscriber } from 'rxjs';
import { BoundedBuffer } from '../bounded-buffer.ts';
import { Gate } from '../gate.ts';
import { innerFrom } from '../operators/inner.ts';
import { operate } from '../operators/operate.ts';
import { Stage } from '../operators/stage.ts';
import { DEFAULT_BUFFER_BOUNDS } from '../overflow.ts';
import { GuardedSubscriber } from '../rxjs-inside.ts';

type Project = (value: unknown, index: number) => ObservableInput<unknown>;

/**
 * RxJS's `expand`: emits every value and what `project` gives for it, over and over. Values to expand wait while the
 * consumer is full or all places are taken, the source behind them. With one place the order is that of RxJS; with more,
 * streams that were held back take turns.
 *
 * @param scheduler as in RxJS, starts what had to wait for a place. What waits for it when the source ends still comes;
 * RxJS loses it.
 * @throws StreamOverflowError into the stream when more than the hard cap of 1024 values wait to be expanded
 */
export const expand: typeof stock.expand = ((
  project: Project,
  concurrent: number = Number.POSITIVE_INFINITY,
  scheduler?: SchedulerLike,
) =>
  operate((source, subscriber: Subscriber<unknown>) => {
    const places = (concurrent || 0) < 1 ? Number.POSITIVE_INFINITY : concurrent;
    source.subscribe(new ExpandStage(subscriber, project, places, scheduler));
  })) as never;

class ExpandStage extends Stage<unknown, unknown> {
  readonly label = 'expand';
  private readonly project: Project;
  private readonly places: number;
  private readonly scheduler: SchedulerLike | undefined;
  private readonly queue = new BoundedBuffer<unknown>(DEFAULT_BUFFER_BOUNDS);
  /** What inner streams obey: apart from the source, which must not overtake one that is held. */
  private readonly inner: Gate | null;
  private active = 0;
  private index = 0;
  private working = false;
  /** True while the scheduler has the next of the queue in hand. */
  private scheduled = false;

  constructor(
    downstream: Subscriber<unknown>,
    project: Project,
    places: number,
    scheduler: SchedulerLike | undefined,
  ) {
    super(downstream, true);
    this.project = project;
    this.places = places;
    // It starts what has waited for a place. Where there is always one, what has waited has waited for the consumer.
    this.scheduler = Number.isFinite(places) ? scheduler : undefined;
    this.inner = this.below === null ? null : new Gate(this, this.below, true);
  }

  override get queued(): number {
    return this.queue.length;
  }

  protected override onNext(value: unknown): void {
    this.take(value);
    this.orderSource();
  }

  protected override onError(error: unknown): void {
    this.fail(error);
  }

  override wake(): void {
    this.work();
  }

  protected override get idle(): boolean {
    return this.active === 0 && this.queue.length === 0;
  }

  protected override discard(): void {
    this.queue.clear();
    this.inner?.dispose();
  }

  /** Expands the value, or lets it wait for the consumer, for a place, or for those before it. */
  private take(value: unknown): void {
    // What waits for a scheduler is overtaken, as in RxJS; what comes of a value just started is part of it.
    const first = this.queue.length === 0 || this.working || this.scheduler !== undefined;
    if (first && this.active < this.places && !this.below?.closed) {
      this.start(value);
      return;
    }
    const overflow = this.queue.push(value, true);
    if (overflow !== undefined) this.fail(overflow);
  }

  /** The source may go on when nothing that came before is held by the consumer, and the queue has room. */
  private orderSource(): void {
    if (this.over) return;
    const held = this.inner?.awaited === true || (this.queue.length > 0 && this.below?.closed === true);
    if (held) this.below?.wait(this);
    if (held || this.queue.full) this.oxbowGate.close();
    else if (this.queue.drained) this.oxbowGate.open();
  }

  private work(): void {
    if (this.working || this.over) return;
    if (this.scheduler !== undefined) this.schedule(this.scheduler);
    else {
      this.working = true;
      while (this.mayStart) this.start(this.queue.shift());
      this.working = false;
    }
    if (!this.settle()) this.orderSource();
  }

  private get mayStart(): boolean {
    return this.queue.length > 0 && this.active < this.places && !this.below?.closed && !this.over;
  }

  private schedule(scheduler: SchedulerLike): void {
    if (this.scheduled || !this.mayStart) return;
    this.scheduled = true;
    const action = scheduler.schedule(() => {
      this.scheduled = false;
      action.unsubscribe();
      if (this.mayStart) this.start(this.queue.shift());
      this.work();
    });
    this.downstream.add(action);
  }

  private start(value: unknown): void {
    this.downstream.next(value);
    if (this.over) return;
    this.active++;
    try {
      const inner = new ExpandedSubscriber(this.downstream, this.inner, {
        next: (innerValue) => {
          if (!this.over) this.take(innerValue);
        },
        complete: () => {
          this.active--;
          this.work();
        },
      });
      innerFrom(this.project(value, this.index++)).subscribe(inner);
    } catch (error) {
      this.fail(error);
    }
  }
}

/** Subscribed to what one value expands to. */
class ExpandedSubscriber extends GuardedSubscriber<unknown> {
  readonly oxbowGate: Gate | null;
  private readonly stage: { next(value: unknown): void; complete(): void };

  constructor(
    downstream: Subscriber<unknown>,
    gate: Gate | null,
    stage: { next(value: unknown): void; complete(): void },
  ) {
    super(downstream);
    this.oxbowGate = gate;
    this.stage = stage;
  }

  protected override onNext(value: unknown): void {
    this.stage.next(value);
  }

  protected override onComplete(): void {
    this.stop();
    try {
      this.unsubscribe();
    } finally {
      this.stage.complete();
    }
  }
}
