/**
 * Functions of the page that are told of something. One that throws, or whose promise rejects, does not keep the others
 * from hearing.
 */

/** The callbacks for one kind of event. */
export class Callbacks<T> {
  readonly #failed: (error: unknown) => void;
  readonly #callbacks = new Set<(value: T) => unknown>();

  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  get size(): number {
    return this.#callbacks.size;
  }

  /** @returns what takes the callback off again */
  add(callback: (value: T) => void): () => void {
    // A function of its own, so that the same callback added twice is told twice and taken off once.
    const added = (value: T): unknown => callback(value);
    this.#callbacks.add(added);
    return () => {
      this.#callbacks.delete(added);
    };
  }

  call(value: T): void {
    for (const callback of this.#callbacks) {
      try {
        const result = callback(value);
        if (result instanceof Promise) result.catch(this.#failed);
      } catch (error) {
        this.#failed(error);
      }
    }
  }
}
