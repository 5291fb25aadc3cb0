/**
 * Queue: items handed from tasks that have them to tasks that want them.
 *
 * Two invariants make hand-over fair and nothing lost: while a getter waits the store is empty, and while a
 * putter waits it is full. An item goes straight to the longest-waiting getter; a freed place straight to the
 * longest-waiting putter.
 */

import { checkFunction, checkOptions } from '../check-options.ts';
import { QueueEmpty, QueueFull, QueueShutDown, UsageError } from '../errors.ts';
import { shown } from '../shown-value.ts';
import type { Op } from '../task/op.ts';
import { FULFILLED } from '../task/operation.ts';
import {
  type Compare,
  FifoStore,
  type ItemStore,
  LifoStore,
  naturalOrder,
  PriorityStore,
} from './item-store.ts';
import { Parked, ParkingLot, type Purpose } from './parking-lot.ts';

/** How a queue is made. */
export interface QueueOptions {
  /** How many items it holds before `put` waits: an integer of 1 or more. Default `Infinity`. */
  readonly maxSize?: number;
}

/** How a PriorityQueue is made. */
export interface PriorityQueueOptions<T> extends QueueOptions {
  /**
   * Default: the order of `<`, arrays by their first difference. Equal items come out in the order they went
   * in.
   */
  readonly compare?: Compare<T>;
}

/** Waits for an item. */
type Getter<T> = Parked<T, Queue<T>>;

/** Waits for a place for its item. */
class Putter<T> extends Parked<void, Queue<T>> {
  /** @internal */
  declare readonly item: T;

  constructor(lot: ParkingLot<void, Queue<T>>, item: T) {
    super(lot);
    this.item = item;
  }
}

const GETTING: Purpose<unknown, Queue<unknown>> = {
  name: 'Queue.get',
  arrive: (getter, queue) => queue.beginGet(getter),
};

const PUTTING: Purpose<void, Queue<unknown>> = {
  name: 'Queue.put',
  arrive: (putter, queue) => queue.beginPut(putter as Putter<unknown>),
};

const JOINING: Purpose<void, Queue<unknown>> = {
  name: 'Queue.join',
  arrive: (joiner, queue) => queue.beginJoin(joiner),
};

/**
 * First in, first out, between any number of producers and consumers; with `maxSize` it holds producers back.
 *
 * @example
 * ```ts
 * import { Queue, run, TaskGroup } from '@oxbow/loop';
 *
 * await run(async () => {
 *   const queue = new Queue<number>({ maxSize: 10 });
 *   await TaskGroup.run(async (group) => {
 *     group.createTask(async () => {
 *       for (;;) {
 *         console.log(await queue.get());
 *         queue.taskDone();
 *       }
 *     });
 *     for (const n of [1, 2, 3]) await queue.put(n); // waits while ten are in it
 *     await queue.join();
 *     group.cancel();
 *   });
 * });
 * ```
 */
export class Queue<T> {
  /** Vue's `reactive()` leaves what has this as it is: behind a proxy, private fields cannot be reached. @internal */
  get __v_skip(): true {
    return true;
  }

  readonly maxSize: number;
  readonly #store: ItemStore<T>;
  readonly #getters: ParkingLot<T, Queue<T>> = new ParkingLot(this, GETTING as Purpose<T, Queue<T>>);
  readonly #putters: ParkingLot<void, Queue<T>> = new ParkingLot(this, PUTTING as Purpose<void, Queue<T>>);
  readonly #joiners: ParkingLot<void, Queue<T>> = new ParkingLot(this, JOINING as Purpose<void, Queue<T>>);
  #unfinished = 0;
  #shutDown = false;

  constructor(options?: QueueOptions) {
    checkOptions(options, this.knownOptions(), `new ${new.target.name}()`, { number: 'maxSize' });
    this.maxSize = options?.maxSize ?? Number.POSITIVE_INFINITY;
    if (
      !(this.maxSize === Number.POSITIVE_INFINITY || (Number.isInteger(this.maxSize) && this.maxSize >= 1))
    ) {
      throw new UsageError(
        `maxSize of a ${new.target.name} is an integer of 1 or more, or Infinity (the default), got ${shown(this.maxSize)}`,
        { code: 'ERR_OXBOW_LOOP_BAD_CAPACITY' },
      );
    }
    this.#store = this.createStore(options ?? {});
  }

  /** How many items are in it. */
  get size(): number {
    return this.#store.size;
  }

  get empty(): boolean {
    return this.#store.size === 0;
  }

  get full(): boolean {
    return this.#store.size >= this.maxSize;
  }

  /** How many items were put and not yet reported by `taskDone`. */
  get unfinished(): number {
    return this.#unfinished;
  }

  /**
   * Adds an item, waiting while the queue is full. A wait that is cancelled has added nothing.
   *
   * @throws QueueShutDown when the queue is shut down, meanwhile too
   */
  put(item: T): Op<void> {
    return new Putter(this.#putters, item);
  }

  /**
   * Takes the next item, waiting while there is none. A wait that is cancelled has taken nothing; an item
   * that was handed over is delivered even when cancellation comes right after it.
   *
   * @throws QueueShutDown when the queue is shut down and empty
   */
  get(): Op<T> {
    return new Parked(this.#getters);
  }

  /** @throws QueueFull, QueueShutDown */
  putNoWait(item: T): void {
    if (this.#shutDown) throw new QueueShutDown();
    if (this.full) throw new QueueFull(this.maxSize);
    this.#add(item);
  }

  /** @throws QueueEmpty, QueueShutDown when it is shut down and empty */
  getNoWait(): T {
    if (this.#store.size > 0) return this.#take();
    if (this.#shutDown) throw new QueueShutDown();
    throw new QueueEmpty();
  }

  /**
   * Says that the work on one item that was taken is finished.
   *
   * @throws UsageError when called more often than items were put
   */
  taskDone(): void {
    if (this.#unfinished === 0) {
      throw new UsageError('taskDone() was called more often than items were put', {
        code: 'ERR_OXBOW_LOOP_TOO_MANY_DONE',
      });
    }
    this.#unfinished--;
    this.#wakeJoiners();
  }

  /** Waits until `taskDone` was called for every item put. */
  join(): Op<void> {
    return new Parked(this.#joiners);
  }

  /**
   * Refuses further items: `put` fails, for those who wait too; `get` goes on until the queue is empty, then
   * fails.
   *
   * @param options.immediate drop what is in it and count it as done; default false
   */
  shutdown(options?: { readonly immediate?: boolean }): void {
    checkOptions(options, ['immediate'], 'shutdown()');
    this.#shutDown = true;
    for (const putter of this.#putters.unparkAll()) putter.unparkFailed(new QueueShutDown());
    if (options?.immediate) {
      while (this.#store.size > 0) {
        this.#store.take();
        this.#unfinished = Math.max(0, this.#unfinished - 1);
      }
      this.#wakeJoiners();
    }
    // Getters wait in vain: the store is empty while getters wait.
    for (const getter of this.#getters.unparkAll()) getter.unparkFailed(new QueueShutDown());
  }

  /** @internal */
  beginGet(getter: Getter<T>): void {
    if (this.#store.size > 0) getter.settle(FULFILLED, this.#take());
    else if (this.#shutDown) throw new QueueShutDown();
    else this.#getters.park(getter);
  }

  /** @internal */
  beginPut(putter: Putter<T>): void {
    if (this.#shutDown) throw new QueueShutDown();
    if (this.full) {
      this.#putters.park(putter);
      return;
    }
    this.#add(putter.item);
    putter.settle(FULFILLED, undefined);
  }

  /** @internal */
  beginJoin(joiner: Parked<void, Queue<T>>): void {
    if (this.#unfinished === 0) joiner.settle(FULFILLED, undefined);
    else this.#joiners.park(joiner);
  }

  /** @internal */
  protected createStore(_options: QueueOptions): ItemStore<T> {
    return new FifoStore<T>();
  }

  /** @internal */
  protected knownOptions(): readonly string[] {
    return ['maxSize'];
  }

  #add(item: T): void {
    this.#unfinished++;
    const getter = this.#getters.unpark();
    if (getter === undefined) this.#store.add(item);
    else getter.unparkWith(item);
  }

  #take(): T {
    const item = this.#store.take();
    const putter = this.#putters.unpark() as Putter<T> | undefined;
    if (putter !== undefined) {
      this.#unfinished++;
      this.#store.add(putter.item);
      putter.unparkWith(undefined);
    }
    return item;
  }

  #wakeJoiners(): void {
    if (this.#unfinished > 0) return;
    for (const joiner of this.#joiners.unparkAll()) joiner.unparkWith(undefined);
  }
}

/**
 * A queue that gives the newest item first.
 *
 * @example
 * ```ts
 * import { LifoQueue } from '@oxbow/loop';
 *
 * const stack = new LifoQueue<string>();
 * stack.putNoWait('first');
 * stack.putNoWait('last');
 * console.log(stack.getNoWait()); // last
 * ```
 */
export class LifoQueue<T> extends Queue<T> {
  /** @internal */
  protected override createStore(): ItemStore<T> {
    return new LifoStore<T>();
  }
}

/**
 * A queue that gives the smallest item first, equal ones in the order they were put.
 *
 * @example
 * ```ts
 * import { PriorityQueue } from '@oxbow/loop';
 *
 * const jobs = new PriorityQueue<number>();
 * for (const priority of [3, 1, 2]) jobs.putNoWait(priority);
 * console.log(jobs.getNoWait()); // 1
 * ```
 */
export class PriorityQueue<T> extends Queue<T> {
  constructor(options?: PriorityQueueOptions<T>) {
    super(options);
  }

  /** @internal */
  protected override createStore(options: PriorityQueueOptions<T>): ItemStore<T> {
    if (options.compare !== undefined) checkFunction(options.compare, 'new PriorityQueue({ compare })');
    return new PriorityStore<T>(options.compare ?? (naturalOrder as Compare<T>));
  }

  /** @internal */
  protected override knownOptions(): readonly string[] {
    return ['maxSize', 'compare'];
  }
}
