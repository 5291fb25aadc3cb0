/**
 * The smallest queue and semaphore that native async functions can share: what anybody writes in ten minutes. How one
 * waits is given from outside, so that the same code serves waits with and without cancellation.
 */

/** Waits until the function it hands out is called. */
export type Wait = (register: (wake: () => void) => void) => Promise<void>;

/** A wait that nothing can cancel. */
export const plainWait: Wait = (register) => new Promise<void>(register);

/** First in, first out; `put` waits while it is full. */
export class SmallQueue {
  readonly #items: number[] = [];
  readonly #getters: (() => void)[] = [];
  readonly #putters: (() => void)[] = [];
  readonly #maxSize: number;
  readonly #wait: Wait;
  #head = 0;

  constructor(maxSize: number, wait: Wait) {
    this.#maxSize = maxSize;
    this.#wait = wait;
  }

  async put(item: number): Promise<void> {
    while (this.#items.length - this.#head >= this.#maxSize) {
      await this.#wait((wake) => void this.#putters.push(wake));
    }
    this.#items.push(item);
    this.#getters.shift()?.();
  }

  async get(): Promise<number> {
    while (this.#items.length === this.#head) await this.#wait((wake) => void this.#getters.push(wake));
    const item = this.#items[this.#head++] as number;
    if (this.#head === this.#items.length) {
      this.#items.length = 0;
      this.#head = 0;
    }
    this.#putters.shift()?.();
    return item;
  }
}

/** Permits handed over in the order they were asked for. */
export class SmallSemaphore {
  readonly #waiters: (() => void)[] = [];
  readonly #wait: Wait;
  #permits: number;

  constructor(permits: number, wait: Wait) {
    this.#permits = permits;
    this.#wait = wait;
  }

  async acquire(): Promise<void> {
    if (this.#permits > 0) this.#permits--;
    else await this.#wait((wake) => void this.#waiters.push(wake));
  }

  release(): void {
    const next = this.#waiters.shift();
    if (next === undefined) this.#permits++;
    else next();
  }
}
