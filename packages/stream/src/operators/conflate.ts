/** `conflate`: for sources that cannot wait and consumers that need not see everything. */

import type { MonoTypeOperatorFunction, OperatorFunction, Subscriber } from 'rxjs';
import { ConflateStage } from './conflate-stage.ts';
import { operate } from './operate.ts';

/**
 * While the consumer is full, folds what arrives into one value and hands that over when it goes on; else passes every
 * value. The source is never held back. The consumer's own buffer comes first: give it a `highWaterMark` of 1 to see the
 * newest state.
 *
 * @param reduce joins what waits with what arrives
 *
 * @example
 * ```ts
 * import { conflate, Stream } from '@oxbow/stream';
 *
 * // While the reader is slow, what waits is summed up.
 * for await (const sum of Stream.from([1, 2, 3]).pipe(conflate((a, b) => a + b))) console.log(sum);
 * ```
 */
export function conflate<T>(reduce: (waiting: T, value: T) => T): MonoTypeOperatorFunction<T>;
/**
 * The same into values of another kind: every value goes through `seed`, alone or as the first of those that wait.
 *
 * @param reduce joins what waits with what arrives
 * @param seed makes what waits, or what is passed on, of a first value
 */
export function conflate<T, A>(
  reduce: (waiting: A, value: T) => A,
  seed: (value: T) => A,
): OperatorFunction<T, A>;
export function conflate<T, A>(
  reduce: (waiting: A, value: T) => A,
  seed: (value: T) => A = (value) => value as unknown as A,
): OperatorFunction<T, A> {
  return operate((source, subscriber: Subscriber<A>) => {
    source.subscribe(new ConflateStage<T, A>(subscriber, 'conflate', reduce, seed));
  });
}
