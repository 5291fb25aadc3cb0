/**
 * What `mergeMap`, `concatMap`, `merge` and `concat` are: inner streams in a number of places, with a bound on what waits.
 * RxJS queues every outer value that arrives while all places are taken, in an array it shifts from the front. Here the
 * source is held back instead, and what arrives all the same waits in a ring with a hard cap.
 */

import type { ObservableInput, OperatorFunction, Subscriber } from 'rxjs';
import { BoundedBuffer } from '../bounded-buffer.ts';
import { type BatchSubscriber, emitBatch, takesBatches } from '../emitter.ts';
import { StreamOverflowError } from '../errors.ts';
import { DEFAULT_BUFFER_BOUNDS, DEFAULT_HIGH_WATER_ITEMS, HARD_CAP_FACTOR } from '../overflow.ts';
import { GuardedSubscriber } from '../rxjs-inside.ts';
import { innerFrom } from './inner.ts';
import { livesOnSource } from './lives-on-source.ts';
import { operate } from './operate.ts';
import { Stage } from './stage.ts';

/** What gives the inner stream of a value. */
export type Project<T, O extends ObservableInput<unknown>> = (value: T, index: number) => O;

/** @internal */
export function mergeWithPlaces<T, R>(
  label: string,
  project: Project<T, ObservableInput<R>>,
  places: number,
): OperatorFunction<T, R> {
  return operate((source, subscriber: Subscriber<R>) => {
    source.subscribe(new MergeStage<T, R>(subscriber, label, project, places));
  });
}

/** At how many inner streams the source is held back when there is no fixed number of places. */
const SOFT_PLACES = DEFAULT_HIGH_WATER_ITEMS;

/** How many inner streams a source that ignores the pause may open. */
const MAX_INNER_STREAMS = SOFT_PLACES * HARD_CAP_FACTOR;

class MergeStage<T, R> extends Stage<T, R> {
  readonly label: string;
  private readonly project: Project<T, ObservableInput<R>>;
  private readonly places: number;
  private readonly pauseAt: number;
  /** What arrived while all places were taken: the rest of a batch, or a source that ignores the pause. */
  private readonly queue = new BoundedBuffer<T>(DEFAULT_BUFFER_BOUNDS);
  private active = 0;
  private index = 0;
  /** How many of this stage's own calls are on the stack. */
  private depth = 0;
  private innerHasEnded = false;

  constructor(
    downstream: Subscriber<R>,
    label: string,
    project: Project<T, ObservableInput<R>>,
    places: number,
  ) {
    super(downstream, true);
    this.label = label;
    this.project = project;
    this.places = places;
    this.pauseAt = places === Number.POSITIVE_INFINITY ? SOFT_PLACES : places;
  }

  override get queued(): number {
    return this.queue.length;
  }

  override waitsFor(): string {
    return this.active > 0 ? `${this.active} inner streams` : super.waitsFor();
  }

  override wake(): void {}

  protected override onNext(value: T): void {
    if (this.active < this.places) {
      if (this.active >= MAX_INNER_STREAMS && this.places === Number.POSITIVE_INFINITY) {
        this.error(new StreamOverflowError('pause', MAX_INNER_STREAMS, this.active + 1, 'inner streams'));
        return;
      }
      this.depth++;
      this.start(value);
      this.depth--;
      if (this.innerHasEnded && this.depth === 0) this.goOn();
    } else {
      const overflow = this.queue.push(value, this.oxbowGate.closed || livesOnSource(value));
      if (overflow !== undefined) {
        this.error(overflow);
        return;
      }
    }
    if (this.active >= this.pauseAt && !this.closed && !livesOnSource(value)) this.oxbowGate.close();
  }

  protected override onError(error: unknown): void {
    // As in RxJS, a failure of the source does not wait for the inner streams.
    this.fail(error);
  }

  protected override get idle(): boolean {
    return this.active === 0 && this.queue.length === 0;
  }

  protected override discard(): void {
    this.queue.clear();
  }

  /** An inner stream has completed and is torn down. */
  innerEnded(): void {
    this.active--;
    if (this.over) return;
    // Inner streams that end within their own subscribe are followed up by the outermost call: no recursion.
    if (this.depth > 0) this.innerHasEnded = true;
    else this.goOn();
  }

  /** After an inner stream has ended: starts what waits, finishes, or lets the source go on. */
  private goOn(): void {
    this.innerHasEnded = false;
    this.depth++;
    while (this.queue.length > 0 && this.active < this.places && !this.over) this.start(this.queue.shift());
    this.depth--;
    this.innerHasEnded = false;
    if (this.settle()) return;
    if (this.active < this.pauseAt && this.queue.length === 0) this.oxbowGate.open();
  }

  private start(value: T): void {
    this.active++;
    try {
      innerFrom(this.project(value, this.index++)).subscribe(new InnerSubscriber<R>(this.downstream, this));
    } catch (error) {
      this.downstream.error(error);
    }
  }
}

/** Subscribed to one inner stream; it finds the gate below through its destination. */
class InnerSubscriber<R> extends GuardedSubscriber<R> implements BatchSubscriber<R> {
  readonly oxbowBatch: boolean;
  private readonly downstream: Subscriber<R>;
  private readonly stage: { innerEnded(): void };

  constructor(downstream: Subscriber<R>, stage: { innerEnded(): void }) {
    super(downstream as never);
    this.oxbowBatch = takesBatches(downstream);
    this.downstream = downstream;
    this.stage = stage;
  }

  batch(values: readonly R[], owned = false): void {
    if (!this.stopped) emitBatch(this.downstream, values, owned);
  }

  protected override onComplete(): void {
    this.stop();
    // First the inner teardown, then the next inner stream: the order RxJS keeps.
    try {
      this.unsubscribe();
    } finally {
      this.stage.innerEnded();
    }
  }
}
