// What is due when: a binary heap of timers, equal deadlines in the order they were set.

/** Something that wants to be told when its time has come. */
export interface Timer {
  /** Absolute, in milliseconds of the loop's clock. */
  whenMs: number;
  /** Kept by the queue: the place in it, -1 outside. */
  slot: number;
  order: number;
  expire(): void;
}

/** Timers by deadline; setting and clearing cost O(log n). */
export class TimerWheel {
  readonly #heap: Timer[] = [];
  #counter = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** The next deadline in milliseconds, `Infinity` when there is none. */
  get nextMs(): number {
    return this.#heap[0]?.whenMs ?? Number.POSITIVE_INFINITY;
  }

  insert(timer: Timer): void {
    timer.order = this.#counter++;
    this.#heap.push(timer);
    this.#up(this.#heap.length - 1);
  }

  remove(timer: Timer): void {
    const index = timer.slot;
    if (index < 0) return;
    const last = this.#heap.pop()!;
    timer.slot = -1;
    if (last === timer) return;
    this.#heap[index] = last;
    last.slot = index;
    this.#up(index);
    this.#down(last.slot);
  }

  /** Expires what is due at `nowMs`, in the order of the deadlines. */
  expire(nowMs: number): void {
    while (this.#heap.length > 0 && this.#heap[0]!.whenMs <= nowMs) {
      const timer = this.#heap[0]!;
      this.remove(timer);
      timer.expire();
    }
  }

  clear(): void {
    for (const timer of this.#heap) timer.slot = -1;
    this.#heap.length = 0;
  }

  #before(a: Timer, b: Timer): boolean {
    return a.whenMs < b.whenMs || (a.whenMs === b.whenMs && a.order < b.order);
  }

  #up(start: number): void {
    const heap = this.#heap;
    const timer = heap[start]!;
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#before(timer, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      heap[index]!.slot = index;
      index = parent;
    }
    heap[index] = timer;
    timer.slot = index;
  }

  #down(start: number): void {
    const heap = this.#heap;
    const timer = heap[start]!;
    let index = start;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#before(heap[child + 1]!, heap[child]!)) child++;
      if (!this.#before(heap[child]!, timer)) break;
      heap[index] = heap[child]!;
      heap[index]!.slot = index;
      index = child;
    }
    heap[index] = timer;
    timer.slot = index;
  }
}
