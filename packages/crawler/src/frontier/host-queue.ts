/** The queue of one host: what may be taken, in order, and what is held until its level of the crawl opens. It knows no host. */
import { Heap } from '@oxbow/loop/structures';

/** What is put in order: higher priorities first, then what is nearer to a seed, then the order of ids. */
export interface Scheduled {
  readonly id: number;
  readonly priority: number;
  readonly depth: number;
}

/** A queue. What it gives has the id, priority and depth of what was put in; whether it is the same object is the queue's matter. */
export interface HostQueue<T extends Scheduled> {
  /** How many may be taken. */
  readonly size: number;
  /** How many are held. */
  readonly held: number;
  push(item: T): void;
  /** Takes the first; undefined when there is none. */
  pop(): T | undefined;
  /** Keeps something back until `release`. */
  hold(item: T): void;
  /** Lets what is held down to a depth be taken. */
  release(depth: number): void;
}

/** A queue of whole objects. */
export class HeapQueue<T extends Scheduled> implements HostQueue<T> {
  readonly #ready = new Heap<T>(goesBefore);
  #held: T[] = [];

  get size(): number {
    return this.#ready.size;
  }

  get held(): number {
    return this.#held.length;
  }

  push(item: T): void {
    this.#ready.push(item);
  }

  pop(): T | undefined {
    return this.#ready.pop();
  }

  hold(item: T): void {
    this.#held.push(item);
  }

  release(depth: number): void {
    if (this.#held.length === 0) return;
    const held = this.#held;
    this.#held = [];
    for (const item of held) {
      if (item.depth <= depth) this.#ready.push(item);
      else this.#held.push(item);
    }
  }
}

/** By depth, although ids mostly follow it: the target of a redirect has the depth of the redirect, and is found later. */
function goesBefore(a: Scheduled, b: Scheduled): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  return a.depth === b.depth ? a.id < b.id : a.depth < b.depth;
}
