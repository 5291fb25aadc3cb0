/**
 * A stream of what a synchronous iterable gives: pulled only while the consumer wants more. A consumer that pulls itself, with
 * no operator between, is given the iterator: nothing is queued, and nothing read ahead.
 */
import type { TeardownLogic } from 'rxjs';
import type { Emitter } from '../emitter.ts';
import type { Flow } from '../flow.ts';
import { checkIterator, checkResult } from './iterator-result.ts';

/** A consumer that may take over an iterator, and then reads and leaves it by itself. */
interface Puller<T> {
  /** @returns false when the consumer wants to be pushed to */
  oxbowPullFrom(iterator: Iterator<T>): boolean;
}

function pullsFrom<T>(out: Emitter<T>, iterator: Iterator<T>): boolean {
  return (out as Partial<Puller<T>>).oxbowPullFrom?.(iterator) === true;
}

/**
 * By index, whatever iterator the object has of its own: RxJS reads what is like an array so. The compiler puts it into its
 * reader, where the engine's own array iterator stays a call.
 */
class ArrayCursor<T> implements Iterator<T, undefined> {
  readonly #values: ArrayLike<T>;
  #index = 0;

  constructor(values: ArrayLike<T>) {
    this.#values = values;
  }

  next(): IteratorResult<T, undefined> {
    const values = this.#values;
    if (this.#index >= values.length) return { done: true, value: undefined };
    return { done: false, value: values[this.#index++] as T };
  }
}

/** @internal */
export function produceIterable<T>(iterable: Iterable<T>): (out: Emitter<T>, flow: Flow) => TeardownLogic {
  return (out, flow) => {
    const iterator = checkIterator(iterable[Symbol.iterator]());
    if (pullsFrom(out, iterator)) return;
    let running = false;
    let ended = false;
    const pump = (): void => {
      // A consumer that resumes within our own next() must not start a second loop inside the first.
      if (running || ended) return;
      running = true;
      try {
        while (!out.closed && !flow.paused) {
          const result = checkResult(iterator.next());
          if (result.done) {
            ended = true;
            out.complete();
            return;
          }
          out.next(result.value);
        }
      } catch (error) {
        ended = true;
        out.error(error);
        return;
      } finally {
        running = false;
      }
      if (!out.closed) flow.onResume(pump);
    };
    out.add(() => {
      if (ended) return;
      ended = true;
      iterator.return?.();
    });
    pump();
  };
}

/** @internal */
export function produceArray<T>(values: ArrayLike<T>): (out: Emitter<T>, flow: Flow) => TeardownLogic {
  return (out, flow) => {
    if (pullsFrom(out, new ArrayCursor(values))) return;
    let index = 0;
    let running = false;
    const pump = (): void => {
      if (running) return;
      running = true;
      while (index < values.length && !out.closed && !flow.paused) out.next(values[index++] as T);
      running = false;
      if (out.closed) return;
      if (index >= values.length) out.complete();
      else flow.onResume(pump);
    };
    pump();
  };
}
