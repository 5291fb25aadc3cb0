/**
 * The least that an async iterator fed by pushes can be, to measure against: an array for values that came early, one
 * resolver for a reader that did. No bound, no errors, no cancellation: nobody should use it for anything else.
 */
import type { Observable } from 'rxjs';

type Result<T> = IteratorResult<T, undefined>;

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** Reads an Observable through an unbounded queue. */
export function queueIterator<T>(source: Observable<T>): AsyncIterable<T, undefined> {
  return {
    [Symbol.asyncIterator]: () => {
      let queue: T[] = [];
      let head = 0;
      let ended = false;
      let waiting: ((result: Result<T>) => void) | undefined;
      const subscription = source.subscribe({
        next: (value) => {
          if (waiting === undefined) {
            queue.push(value);
            return;
          }
          const resolve = waiting;
          waiting = undefined;
          resolve({ done: false, value });
        },
        complete: () => {
          ended = true;
          waiting?.(DONE);
        },
      });
      return {
        next: (): Promise<Result<T>> => {
          if (head < queue.length) {
            const value = queue[head++] as T;
            if (head === queue.length) {
              queue = [];
              head = 0;
            }
            return Promise.resolve({ done: false, value });
          }
          if (ended) return Promise.resolve(DONE);
          return new Promise((resolve) => {
            waiting = resolve;
          });
        },
        return: () => {
          subscription.unsubscribe();
          return Promise.resolve(DONE);
        },
      };
    },
  };
}

/** Reads an iterable through a queue that is filled up to `high` whenever it has fallen to half of that. */
export function refilledIterator<T>(source: Iterable<T>, high: number): AsyncIterable<T, undefined> {
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = source[Symbol.iterator]();
      let queue: T[] = [];
      let head = 0;
      let ended = false;
      const refill = (): void => {
        queue = queue.slice(head);
        head = 0;
        while (queue.length < high) {
          const result = iterator.next();
          if (result.done === true) {
            ended = true;
            return;
          }
          queue.push(result.value);
        }
      };
      return {
        next: (): Promise<Result<T>> => {
          if (!ended && queue.length - head <= high / 2) refill();
          return Promise.resolve(head < queue.length ? { done: false, value: queue[head++] as T } : DONE);
        },
        return: () => {
          iterator.return?.();
          return Promise.resolve(DONE);
        },
      };
    },
  };
}
