/**
 * A queue of values with a weight limit and an overflow policy: the one place where values wait. It tells its owner when
 * to pause and when it overflows; it does not know gates, subscribers or promises.
 */
import { RingBuffer } from '@oxbow/loop/structures';
import { StreamOverflowError } from './errors.ts';
import type { BufferBounds } from './overflow.ts';

/** In the place of a ring that nothing has been put into. Never written to. */
const NO_VALUES: RingBuffer<never> = new RingBuffer<never>();

export class BoundedBuffer<T> {
  readonly bounds: BufferBounds<T>;
  /** Made for the first value: most of the buffers that a program has are those of readers that keep up. */
  #ring: RingBuffer<T> = NO_VALUES;
  /** The weight at which the source should pause. */
  readonly #pauseAt: number;
  /** True under the bounds nearly everybody has: pause when full, and everything but a byte view weighs 1. */
  readonly #plain: boolean;
  /** So many of weight 1 may wait before the pause is due, and once it holds; 0 where every value must be weighed. */
  readonly #roomy: number;
  readonly #roomyPaused: number;
  /** While everything in here weighs 1 the length is the weight, and nothing is added up; anew whenever it is empty. */
  #even = true;
  /** Counts only while not even. */
  #weight = 0;
  #dropped = 0;

  constructor(bounds: BufferBounds<T>) {
    this.bounds = bounds;
    this.#pauseAt = bounds.overflow === 'pause' ? bounds.highWaterMark : Number.POSITIVE_INFINITY;
    this.#plain = bounds.overflow === 'pause' && bounds.ownSize;
    this.#roomy = this.#plain ? Math.ceil(bounds.highWaterMark) - 1 : 0;
    this.#roomyPaused = this.#plain ? bounds.hardCap : 0;
  }

  get length(): number {
    return this.#ring.length;
  }

  /** The total weight of what waits, in the unit of `size`. */
  get weight(): number {
    return this.#even ? this.#ring.length : this.#weight;
  }

  /** How many values a dropping policy has dropped. */
  get dropped(): number {
    return this.#dropped;
  }

  /** True when the source should pause: never under a policy that drops or fails. */
  get full(): boolean {
    return this.weight >= this.#pauseAt;
  }

  /** True when a paused source should go on. */
  get drained(): boolean {
    return this.weight <= this.bounds.lowWaterMark;
  }

  /**
   * Takes a value in when it needs no weighing and changes nothing for the source, neither a pause nor an overflow: so it
   * is with most values. Small enough for the compiler to put it into its caller, which the whole policy is not.
   *
   * @param paused whether the source has been told to pause
   * @returns false when the value is still to be pushed
   */
  pushIfRoomy(value: T, paused: boolean): boolean {
    const ring = this.#ring;
    const most = paused ? this.#roomyPaused : this.#roomy;
    if (ring.length + 1 > most || !this.#even || isByteView(value)) return false;
    if (ring === NO_VALUES) this.#append(value);
    else ring.push(value);
    return true;
  }

  /**
   * Takes a value in, by the policy.
   *
   * @param paused whether the source had been told to pause before it emitted this value; only then the hard cap counts
   * @returns the error to end the stream with, when the value could not be taken
   */
  push(value: T, paused: boolean): StreamOverflowError | undefined {
    if (this.pushIfRoomy(value, paused)) return undefined;
    const { bounds } = this;
    if (this.#even && this.#plain && !paused && !isByteView(value)) {
      this.#append(value);
      return undefined;
    }
    if (this.#even) this.#beginWeighing();
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
    // A policy may have emptied it.
    if (this.#even) this.#beginWeighing();
    this.#append(value);
    this.#weight += weight;
    return undefined;
  }

  /** The oldest value; call only when `length` is above 0. */
  shift(): T {
    const value = this.#ring.shift() as T;
    if (this.#even) return value;
    // An empty buffer weighs nothing whatever size() says now: a detached byte view must not keep the gate shut.
    if (this.#ring.length === 0) this.#even = true;
    else this.#lighten(value);
    return value;
  }

  /** Up to `max` of the oldest values, in order. */
  take(max: number): T[] {
    const taken = this.#ring.take(max);
    if (this.#ring.length === 0) this.#even = true;
    else if (!this.#even) for (const value of taken) this.#lighten(value);
    return taken;
  }

  /** Puts values back in front, in their order, whatever the limit says: they were inside it before. */
  putBack(values: readonly T[]): void {
    if (this.#even) this.#beginWeighing();
    if (this.#ring === NO_VALUES) this.#ring = new RingBuffer();
    for (let i = values.length - 1; i >= 0; i--) {
      const value = values[i] as T;
      this.#ring.unshift(value);
      this.#weight += this.#weigh(value);
    }
  }

  #append(value: T): void {
    if (this.#ring === NO_VALUES) this.#ring = new RingBuffer();
    this.#ring.push(value);
  }

  /** Something that may weigh other than 1 comes in. */
  #beginWeighing(): void {
    this.#even = false;
    this.#weight = this.#ring.length;
  }

  #weigh(value: T): number {
    return this.bounds.ownSize && !isByteView(value) ? 1 : this.bounds.size(value);
  }

  /** Takes the weight of a value off, never below nothing: its size may have grown since it came. */
  #lighten(value: T): void {
    this.#weight = Math.max(0, this.#weight - this.#weigh(value));
  }

  clear(): void {
    if (this.#ring !== NO_VALUES) this.#ring.clear();
    this.#even = true;
  }
}

/** Under the package's own sizes, all that may weigh other than 1. */
function isByteView(value: unknown): boolean {
  return typeof value === 'object' && ArrayBuffer.isView(value);
}
