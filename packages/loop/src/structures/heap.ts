/** A binary heap: the least element first. It knows its elements only by the order it is given. */

/**
 * Push and pop in O(log n), peek in O(1). Equal elements leave in any order: put a sequence number into the
 * order.
 *
 * @example
 * ```ts
 * import { Heap } from '@oxbow/loop/structures';
 *
 * const heap = new Heap<number>((a, b) => a < b);
 * for (const n of [3, 1, 2]) heap.push(n);
 * console.log(heap.pop()); // 1
 * ```
 */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #before: (a: T, b: T) => boolean;

  /** @param before whether `a` leaves before `b` */
  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before;
  }

  /** Elements that were pushed and not popped. */
  get size(): number {
    return this.#items.length;
  }

  /** The least element, left where it is; undefined when there is none. */
  peek(): T | undefined {
    return this.#items[0];
  }

  /** Adds an element, at its place in the order. */
  push(item: T): void {
    const items = this.#items;
    let index = items.length;
    items.push(item);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#before(item, items[parent]!)) break;
      items[index] = items[parent]!;
      index = parent;
    }
    items[index] = item;
  }

  /** Takes the least element out; undefined when there is none. */
  pop(): T | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (items.length === 0 || last === undefined) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && this.#before(items[child + 1]!, items[child]!)) child++;
      if (!this.#before(items[child]!, last)) break;
      items[index] = items[child]!;
      index = child;
    }
    items[index] = last;
    return first;
  }
}
