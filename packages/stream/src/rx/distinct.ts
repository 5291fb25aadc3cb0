/** RxJS's `distinct`, with a cap on what it remembers. */
import * as stock from 'rxjs';
import { type MonoTypeOperatorFunction, type Observable, type ObservableInput, Subscriber } from 'rxjs';
import { StreamOverflowError } from '../errors.ts';
import { operate } from '../operators/operate.ts';
import { ungated } from './ungated.ts';

/** The most keys `distinct` remembers: some 100 MB where keys are short strings. */
export const MAX_DISTINCT_KEYS = 1_000_000;

/** RxJS's `distinct`, its flushes outside the gate. Fails when it would have to remember more than 1,000,000 keys. */
export function distinct<T, K>(
  keySelector?: ((value: T) => K) | null,
  flushes?: ObservableInput<unknown>,
): MonoTypeOperatorFunction<T> {
  return operate((source: Observable<T>, subscriber: Subscriber<T>) => {
    const keys = new Set<unknown>();
    const unseen = stock.filter((value: T) => {
      const key = keySelector == null ? value : keySelector(value);
      if (keys.has(key)) return false;
      if (keys.size >= MAX_DISTINCT_KEYS) {
        throw new StreamOverflowError('error', MAX_DISTINCT_KEYS, keys.size + 1, 'keys');
      }
      keys.add(key);
      return true;
    });
    source.pipe(unseen).subscribe(subscriber);
    if (flushes !== undefined && !subscriber.closed) {
      const flush = new Subscriber<unknown>(subscriber as never);
      flush.next = () => keys.clear();
      flush.complete = () => flush.unsubscribe();
      ungated(flushes).subscribe(flush);
    }
  });
}
