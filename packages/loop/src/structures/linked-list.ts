/**
 * A doubly linked list through the elements themselves: coming and going costs a few writes and no memory,
 * and an element leaves from anywhere in O(1). A Set does the same for several times the price, and finds its
 * oldest member in O(n) once many have left.
 */

/**
 * An element of a {@link LinkedList}, in one list at a time. The links are the list's: begin with undefined,
 * never write.
 */
export interface Linked<E> {
  nextLinked: E | undefined;
  previousLinked: E | undefined;
}

/**
 * Elements in the order they were added. Walk it by `first` and `nextLinked`; collect first what may leave
 * meanwhile.
 *
 * @example
 * ```ts
 * import { LinkedItem, LinkedList } from '@oxbow/loop/structures';
 *
 * const list = new LinkedList<LinkedItem<string>>();
 * const item = new LinkedItem('a');
 * list.push(item);
 * list.remove(item); // without a search
 * console.log(list.size); // 0
 * ```
 */
export class LinkedList<E extends Linked<E>> {
  #first: E | undefined = undefined;
  #last: E | undefined = undefined;
  #size = 0;

  /** Elements that are in the list; counted, not walked. */
  get size(): number {
    return this.#size;
  }

  /** The one that was added first; undefined when there is none. */
  get first(): E | undefined {
    return this.#first;
  }

  /** The one that was added last; undefined when there is none. */
  get last(): E | undefined {
    return this.#last;
  }

  /** Puts an element behind all others. It must be in no list. */
  push(element: E): void {
    const last = this.#last;
    element.previousLinked = last;
    if (last === undefined) this.#first = element;
    else last.nextLinked = element;
    this.#last = element;
    this.#size++;
  }

  /** Puts an element before all others. It must be in no list. */
  unshift(element: E): void {
    const first = this.#first;
    element.nextLinked = first;
    if (first === undefined) this.#last = element;
    else first.previousLinked = element;
    this.#first = element;
    this.#size++;
  }

  /** Takes the first one out; undefined when there is none. */
  shift(): E | undefined {
    const first = this.#first;
    if (first !== undefined) this.remove(first);
    return first;
  }

  /** Takes an element out, wherever it stands. @returns false when it was in no list, which is harmless */
  remove(element: E): boolean {
    const { nextLinked, previousLinked } = element;
    if (previousLinked === undefined && this.#first !== element) return false;
    if (previousLinked === undefined) this.#first = nextLinked;
    else previousLinked.nextLinked = nextLinked;
    if (nextLinked === undefined) this.#last = previousLinked;
    else nextLinked.previousLinked = previousLinked;
    element.nextLinked = undefined;
    element.previousLinked = undefined;
    this.#size--;
    return true;
  }

  /** Those of this moment, in order. */
  toArray(): E[] {
    const all: E[] = [];
    for (let element = this.#first; element !== undefined; element = element.nextLinked) all.push(element);
    return all;
  }
}

/** What stands for an element in a second list, when its own links are in use. */
export class LinkedItem<T> implements Linked<LinkedItem<T>> {
  readonly item: T;
  nextLinked: LinkedItem<T> | undefined = undefined;
  previousLinked: LinkedItem<T> | undefined = undefined;

  constructor(item: T) {
    this.item = item;
  }
}
