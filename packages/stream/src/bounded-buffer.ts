/**
 * A queue of values with a weight limit and an overflow policy: the one place where values wait. It tells its owner when
 * to pause and when it overflows; it does not know gates, subscribers or promises.
 */
import { StreamOverflowError } from './errors.ts';
import type { BufferBounds } from './overflow.ts';
import { RingBuffer } from './ring-buffer.ts';

export class BoundedBuffer<T> {
  readonly bounds: BufferBounds<T>;
  readonly #ring = new RingBuffer<T>();
  #weight = 0;
  #dropped = 0;

  constructor(bounds: BufferBounds<T>) {
    this.bounds = bounds;
  }

  get length(): number {
    return this.#ring.length;
  }

  /** The total weight of what waits, in the unit of `size`. */
  get weight(): number {
    return this.#weight;
  }

  /** How many values a dropping policy has dropped. */
  get dropped(): number {
    return this.#dropped;
  }

  /** True when the source should pause: never under a policy that drops or fails. */
  get full(): boolean {
    return this.#weight >= this.bounds.highWaterMark && this.bounds.overflow === 'pause';
  }

  /** True when a paused source should go on. */
  get drained(): boolean {
    return this.#weight <= this.bounds.lowWaterMark;
  }

  /**
   * Takes a value in, by the policy.
   *
   * @param paused whether the source had been told to pause before it emitted this value; only then the hard cap counts
   * @returns the error to end the stream with, when the value could not be taken
   */
  push(value: T, paused: boolean): StreamOverflowError | undefined {
    const { bounds } = this;
    const weight = this.#weigh(value);
    const { overflow } = bounds;
    if (overflow === 'pause') {
      if (paused && this.#weight + weight > bounds.hardCap && this.#ring.length > 0) {
        return new StreamOverflowError('pause', bounds.hardCap, this.#weight + weight, bounds.unit);
      }
    } else if (overflow === 'latest') {
      this.#dropped += this.#ring.length;
      this.clear();
    } else if (this.#weight + weight > bounds.highWaterMark && this.#ring.length > 0) {
      if (overflow === 'error') {
        return new StreamOverflowError('error', bounds.highWaterMark, this.#weight + weight, bounds.unit);
      }
      if (overflow === 'drop-newest') {
        this.#dropped++;
        return undefined;
      }
      while (this.#weight + weight > bounds.highWaterMark && this.#ring.length > 0) {
        this.shift();
        this.#dropped++;
      }
    }
    this.#ring.push(value);
    this.#weight += weight;
    return undefined;
  }

  /** The oldest value; call only when `length` is above 0. */
  shift(): T {
    const value = this.#ring.shift() as T;
    // An empty buffer weighs nothing whatever size() says now: a detached byte view must not keep the gate shut.
    if (this.#ring.length === 0) this.#weight = 0;
    else this.#lighten(value);
    return value;
  }

  /** Up to `max` of the oldest values, in order. */
  take(max: number): T[] {
    const taken = this.#ring.take(max);
    if (this.#ring.length === 0) this.#weight = 0;
    else for (const value of taken) this.#lighten(value);
    return taken;
  }

  /** Puts values back in front, in their order, whatever the limit says: they were inside it before. */
  putBack(values: readonly T[]): void {
    for (let i = values.length - 1; i >= 0; i--) {
      const value = values[i] as T;
      this.#ring.unshift(value);
      this.#weight += this.#weigh(value);
    }
  }

  #weigh(value: T): number {
    return typeof value !== 'object' && this.bounds.ownSize ? 1 : this.bounds.size(value);
  }

  /** Takes the weight of a value off, never below nothing: its size may have grown since it came. */
  #lighten(value: T): void {
    this.#weight = Math.max(0, this.#weight - this.#weigh(value));
  }

  clear(): void {
    this.#ring.clear();
    this.#weight = 0;
  }
}
