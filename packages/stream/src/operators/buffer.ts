/** `buffer`: a queue of a chosen size and policy at a chosen place in the pipeline. */
import type { MonoTypeOperatorFunction, Observable, Subscriber, TeardownLogic } from 'rxjs';
import { BoundedBuffer } from '../bounded-buffer.ts';
import { type BufferBounds, type BufferOptions, bufferBounds } from '../overflow.ts';
import { onAbort } from '../terminal/abort.ts';
import { operate } from './operate.ts';
import { Stage } from './stage.ts';

/**
 * Lets values wait here while the consumer is busy: up to `highWaterMark`, then by `overflow`. With a policy that drops
 * or fails the source is never paused. What waits is delivered before an error or the end.
 *
 * @throws StreamOverflowError into the stream under the policy `error`, and when the source ignores the pause
 *
 * @example
 * ```ts
 * import { buffer, Stream } from '@oxbow/stream';
 *
 * for await (const value of Stream.from([1, 2, 3]).pipe(buffer({ highWaterMark: 2 }))) console.log(value);
 * ```
 */
export function buffer<T>(options?: BufferOptions<T>): MonoTypeOperatorFunction<T> {
  const bounds = bufferBounds(options, 'buffer()');
  return operate((source, subscriber) => subscribeThroughBuffer(source, subscriber, bounds, options?.signal));
}

/** @internal The same for callers that hold the bounds already. */
export function subscribeThroughBuffer<T>(
  source: Observable<T>,
  subscriber: Subscriber<T>,
  bounds: BufferBounds<T>,
  signal: AbortSignal | undefined,
): TeardownLogic {
  const stage = new BufferStage(subscriber, bounds);
  if (signal !== undefined) stage.add(onAbort(signal, (reason) => subscriber.error(reason)));
  if (!stage.closed) source.subscribe(stage);
  return undefined;
}

/** @internal A queue between two gates. */
export class BufferStage<T> extends Stage<T, T> {
  readonly label: string = 'buffer';
  private readonly buffer: BoundedBuffer<T>;
  private working = false;

  constructor(downstream: Subscriber<T>, bounds: BufferBounds<T>) {
    super(downstream);
    this.buffer = new BoundedBuffer(bounds);
  }

  override get queued(): number {
    return this.buffer.length;
  }

  get dropped(): number {
    return this.buffer.dropped;
  }

  protected override onNext(value: T): void {
    if (this.buffer.length === 0 && !this.working && !this.below?.closed) {
      this.downstream.next(value);
      return;
    }
    const overflow = this.buffer.push(value, this.sourceHeld);
    if (overflow !== undefined) {
      this.error(overflow);
      return;
    }
    if (this.buffer.full) this.holdSource();
    this.below?.wait(this);
  }

  override wake(): void {
    if (this.working) return;
    this.working = true;
    const buffer = this.buffer;
    while (buffer.length > 0 && !this.below?.closed && !this.over) this.downstream.next(buffer.shift());
    this.working = false;
    if (this.settle()) return;
    if (buffer.length > 0) this.below?.wait(this);
    if (buffer.drained) this.letSourceGoOn();
  }

  protected override get idle(): boolean {
    return this.buffer.length === 0 && !this.working;
  }

  protected override discard(): void {
    this.buffer.clear();
  }

  protected holdSource(): void {
    this.oxbowGate.close();
  }

  protected letSourceGoOn(): void {
    this.oxbowGate.open();
  }

  /** True when the source has been told to wait. */
  protected get sourceHeld(): boolean {
    return this.oxbowGate.closed;
  }
}
