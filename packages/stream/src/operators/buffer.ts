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

class BufferStage<T> extends Stage<T, T> {
  readonly label = 'buffer';
  readonly #buffer: BoundedBuffer<T>;
  #ending: (() => void) | undefined;
  #draining = false;

  constructor(downstream: Subscriber<T>, bounds: BufferBounds<T>) {
    super(downstream);
    this.#buffer = new BoundedBuffer(bounds);
  }

  override get queued(): number {
    return this.#buffer.length;
  }

  override next(value: T): void {
    if (this.isStopped) {
      super.next(value);
      return;
    }
    if (this.#buffer.length === 0 && !this.#draining && !this.below?.closed) {
      this.downstream.next(value);
      return;
    }
    const gate = this.oxbowGate;
    const overflow = this.#buffer.push(value, gate.closed);
    if (overflow !== undefined) {
      this.error(overflow);
      return;
    }
    if (this.#buffer.full) gate.close();
    this.below?.wait(this);
  }

  override error(error?: unknown): void {
    if (this.isStopped) super.error(error);
    else this.#end(() => this.downstream.error(error));
  }

  override complete(): void {
    if (this.isStopped) super.complete();
    else this.#end(() => this.downstream.complete());
  }

  override wake(): void {
    if (this.#draining) return;
    this.#draining = true;
    const buffer = this.#buffer;
    while (buffer.length > 0 && !this.below?.closed && !this.closed) this.downstream.next(buffer.shift());
    this.#draining = false;
    if (this.closed) return;
    if (buffer.length > 0) this.below?.wait(this);
    else if (this.#ending !== undefined) {
      this.#ending();
      return;
    }
    const gate = this.oxbowGate;
    if (gate.closed && buffer.drained) gate.open();
  }

  override unsubscribe(): void {
    this.#buffer.clear();
    super.unsubscribe();
  }

  #end(tell: () => void): void {
    this.isStopped = true;
    const end = (): void => {
      try {
        tell();
      } finally {
        this.unsubscribe();
      }
    };
    if (this.#buffer.length === 0 && !this.#draining) end();
    else this.#ending = end;
  }
}
