/** RxJS's operators that keep what they have seen, with a cap: the buffers, `distinct`, `sequenceEqual`. */
import * as stock from 'rxjs';
import {
  type MonoTypeOperatorFunction,
  type Observable,
  type ObservableInput,
  type OperatorFunction,
  Subscriber,
} from 'rxjs';
import { StreamOverflowError } from '../errors.ts';
import { innerFrom } from '../operators/inner.ts';
import { operate } from '../operators/operate.ts';
import { popScheduler } from '../operators/scheduler.ts';
import { zip } from '../operators/zip.ts';
import { ungated } from './notifiers.ts';

/** The most values one buffer may hold before it fails or, where it has a limit of its own, is emitted early. */
export const MAX_BUFFERED_ITEMS = 65_536;
/** The most keys `distinct` remembers: some 100 MB where keys are short strings. */
export const MAX_DISTINCT_KEYS = 1_000_000;

/** RxJS's `buffer`, its notifier outside the gate. Fails when 65,536 values wait for the notifier. */
export const buffer: typeof stock.buffer = (notifier) => capped(stock.buffer(ungated(notifier)));

/** RxJS's `bufferWhen`, its notifiers outside the gate. Fails when 65,536 values wait for the notifier. */
export const bufferWhen: typeof stock.bufferWhen = (closing) =>
  capped(stock.bufferWhen(() => ungated(closing())));

/** RxJS's `bufferTime`; without a size of its own a buffer is emitted early when it holds 65,536 values. */
export const bufferTime: typeof stock.bufferTime = ((span: number, ...rest: unknown[]) => {
  const scheduler = popScheduler(rest);
  const [interval, size] = rest as [number | null | undefined, number | undefined];
  const max = size === undefined || size === Number.POSITIVE_INFINITY ? MAX_BUFFERED_ITEMS : size;
  return stock.bufferTime(span, interval ?? null, max, scheduler ?? stock.asyncScheduler);
}) as never;

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

interface Sequenced {
  readonly ended: boolean;
  readonly value: unknown;
}

/** RxJS's `sequenceEqual` over the bounded `zip`: the faster of the two is held back. */
export const sequenceEqual: typeof stock.sequenceEqual = ((
  compareTo: ObservableInput<unknown>,
  equal: (a: unknown, b: unknown) => boolean = (a, b) => a === b,
) => {
  const numbered: OperatorFunction<unknown, Sequenced> = (source) =>
    source.pipe(
      stock.map((value): Sequenced => ({ ended: false, value })),
      stock.endWith<Sequenced>({ ended: true, value: undefined }),
    );
  return (source: Observable<unknown>) =>
    zip([source.pipe(numbered), innerFrom(compareTo).pipe(numbered)] as const as never).pipe(
      stock.every((pair) => {
        const [a, b] = pair as unknown as [Sequenced, Sequenced];
        return a.ended || b.ended ? a.ended === b.ended : equal(a.value, b.value);
      }),
    );
}) as never;

/** Counts what goes into a buffering operator and what its arrays bring out. */
function capped<T>(operator: OperatorFunction<T, T[]>): OperatorFunction<T, T[]> {
  return (source) =>
    operate<T, T[]>((from, subscriber) => {
      let inside = 0;
      const count = stock.tap(() => {
        if (++inside > MAX_BUFFERED_ITEMS) throw new StreamOverflowError('error', MAX_BUFFERED_ITEMS, inside);
      });
      const uncount = stock.tap((values: T[]) => {
        inside -= values.length;
      });
      from.pipe(count as MonoTypeOperatorFunction<T>, operator, uncount).subscribe(subscriber);
    })(source);
}
