/** `batch`: values into arrays. */

import { currentLoop } from '@oxbow/loop';
import { checkOptions } from '@oxbow/loop/lowlevel';
import type { OperatorFunction, Subscriber } from 'rxjs';
import { checkCount, checkPositive } from '../overflow.ts';
import { operate } from './operate.ts';
import { Stage } from './stage.ts';

/** Options of `batch`; whichever limit is reached first ends a batch. */
export interface BatchOptions<T> {
  /** The most values in one array. Default 64. */
  readonly max?: number | undefined;
  /** The longest a value waits for its batch to fill, in milliseconds. Default: until it is full. */
  readonly ms?: number | undefined;
  /** The most weight in one array, in the unit of `size`. Default: no limit. */
  readonly maxSize?: number | undefined;
  /** The weight of one value. Default: 1, and the byte length for byte views. */
  readonly size?: ((value: T) => number) | undefined;
}

/** Values in a batch nobody gave a size. */
export const DEFAULT_BATCH_ITEMS = 64;

/**
 * Gathers values into arrays, at most one array at a time: while the consumer is full the source is held back, and an
 * array whose time has come waits. The last array may be short; before an error too it is emitted.
 *
 * @example
 * ```ts
 * import { batch, Stream } from '@oxbow/stream';
 *
 * for await (const group of Stream.from([1, 2, 3]).pipe(batch(2))) console.log(group); // [ 1, 2 ], [ 3 ]
 * ```
 */
export function batch<T>(options: number | BatchOptions<T> = {}): OperatorFunction<T, T[]> {
  const settings: BatchOptions<T> = typeof options === 'number' ? { max: options } : options;
  checkOptions(settings, ['max', 'ms', 'maxSize', 'size'], 'batch()');
  const { max = DEFAULT_BATCH_ITEMS, ms, maxSize = Number.POSITIVE_INFINITY, size } = settings;
  checkCount(max, 'batch(): max');
  if (ms !== undefined) checkPositive(ms, 'batch(): ms');
  if (settings.maxSize !== undefined) checkPositive(maxSize, 'batch(): maxSize');
  const weigh = maxSize === Number.POSITIVE_INFINITY ? undefined : (size ?? byteLengthOrOne);
  return operate((source, subscriber: Subscriber<T[]>) => {
    source.subscribe(new BatchStage<T>(subscriber, max, ms, maxSize, weigh));
  });
}

function byteLengthOrOne(value: unknown): number {
  return ArrayBuffer.isView(value) ? value.byteLength : 1;
}

class BatchStage<T> extends Stage<T, T[]> {
  readonly label = 'batch';
  private readonly max: number;
  private readonly ms: number | undefined;
  private readonly maxSize: number;
  private readonly weigh: ((value: T) => number) | undefined;
  private readonly loop: ReturnType<typeof currentLoop> | undefined;
  private values: T[] = [];
  private weight = 0;
  private timer: { cancel(): void } | undefined;
  private due = false;

  constructor(
    downstream: Subscriber<T[]>,
    max: number,
    ms: number | undefined,
    maxSize: number,
    weigh: ((value: T) => number) | undefined,
  ) {
    super(downstream, true);
    this.max = max;
    this.ms = ms;
    this.maxSize = maxSize;
    this.weigh = weigh;
    this.loop = ms === undefined ? undefined : currentLoop();
  }

  override get queued(): number {
    return this.values.length;
  }

  protected override onNext(value: T): void {
    this.values.push(value);
    if (this.weigh !== undefined) this.weight += this.weigh(value);
    if (this.values.length >= this.max || this.weight >= this.maxSize) {
      this.emit();
    } else if (this.timer === undefined && this.loop !== undefined && !this.due) {
      this.timer = this.loop.callLater(this.ms as number, () => this.expire());
    }
  }

  protected override onError(error: unknown): void {
    this.emit();
    if (!this.stopped) super.onError(error);
  }

  protected override onComplete(): void {
    this.emit();
    if (!this.stopped) super.onComplete();
  }

  override wake(): void {
    if (this.due) this.emit();
  }

  protected override get idle(): boolean {
    // The last array is emitted with the end: nothing outlives the source.
    return true;
  }

  protected override discard(): void {
    this.timer?.cancel();
    this.values = [];
  }

  private expire(): void {
    this.timer = undefined;
    if (this.stopped) return;
    if (this.below?.closed) {
      this.due = true;
      this.below.wait(this);
    } else {
      this.emit();
    }
  }

  private emit(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.due = false;
    const values = this.values;
    if (values.length === 0) return;
    this.values = [];
    this.weight = 0;
    this.downstream.next(values);
  }
}
