/**
 * A first-in-first-out queue over a circular array whose length is a power of two: every operation is O(1),
 * where Array.shift() is O(n) for long arrays. It has no bound of its own; its owner counts.
 */

/** The first array: small, so that a thousand idle pipelines stay cheap. */
const INITIAL_CAPACITY = 8;
/** A longer array is let go once it is empty, so that one burst does not hold its memory for good. */
const KEPT_CAPACITY = 4096;

/** What every queue starts with: a queue that was never used weighs next to nothing. Never written to. */
const NO_SLOTS: never[] = [];

/**
 * A queue in a circular array.
 *
 * @example
 * ```ts
 * import { RingBuffer } from '@oxbow/loop/structures';
 *
 * const buffer = new RingBuffer<string>();
 * buffer.push('a');
 * buffer.push('b');
 * console.log(buffer.shift()); // a
 * ```
 */
export class RingBuffer<T> {
  #slots: (T | undefined)[] = NO_SLOTS;
  #head = 0;
  #length = 0;

  /** Values that were put in and not taken. */
  get length(): number {
    return this.#length;
  }

  /** Puts a value behind all others. */
  push(value: T): void {
    const length = this.#length;
    if (length === this.#slots.length) this.#grow(length + 1);
    const slots = this.#slots;
    slots[(this.#head + length) & (slots.length - 1)] = value;
    this.#length = length + 1;
  }

  /** Puts a value before all others: for handing back what was taken too early. */
  unshift(value: T): void {
    if (this.#length === this.#slots.length) this.#grow(this.#length + 1);
    this.#head = (this.#head - 1) & (this.#slots.length - 1);
    this.#slots[this.#head] = value;
    this.#length++;
  }

  /** The oldest value; `undefined` when empty, which only `length` tells from a stored `undefined`. */
  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const slots = this.#slots;
    const head = this.#head;
    const value = slots[head];
    slots[head] = undefined;
    this.#head = (head + 1) & (slots.length - 1);
    this.#length--;
    return value;
  }

  /** The newest value, taken away. */
  pop(): T | undefined {
    if (this.#length === 0) return undefined;
    this.#length--;
    const index = (this.#head + this.#length) & (this.#slots.length - 1);
    const value = this.#slots[index];
    this.#slots[index] = undefined;
    return value;
  }

  /** The oldest value, left where it is; `undefined` when empty. */
  peek(): T | undefined {
    return this.#length === 0 ? undefined : this.#slots[this.#head];
  }

  /** Takes up to `max` of the oldest values, in order. */
  take(max: number): T[] {
    const count = Math.min(max, this.#length);
    const end = this.#head + count;
    if (end <= this.#slots.length) {
      const taken = this.#slots.slice(this.#head, end) as T[];
      if (count === this.#length && this.#slots.length > KEPT_CAPACITY) {
        this.clear();
        return taken;
      }
      this.#slots.fill(undefined, this.#head, end);
      this.#head = end & (this.#slots.length - 1);
      this.#length -= count;
      return taken;
    }
    const taken = new Array<T>(count);
    for (let i = 0; i < count; i++) taken[i] = this.shift() as T;
    return taken;
  }

  /** Drops all values, and the memory of a burst. */
  clear(): void {
    if (this.#slots.length > KEPT_CAPACITY) this.#slots = [];
    else this.#slots.fill(undefined);
    this.#head = 0;
    this.#length = 0;
  }

  #grow(needed: number): void {
    let capacity = Math.max(INITIAL_CAPACITY, this.#slots.length * 2);
    while (capacity < needed) capacity *= 2;
    const slots = new Array<T | undefined>(capacity).fill(undefined);
    for (let i = 0; i < this.#length; i++) {
      slots[i] = this.#slots[(this.#head + i) & (this.#slots.length - 1)];
    }
    this.#slots = slots;
    this.#head = 0;
  }
}
