/** `latest`: for sources that cannot wait and consumers that need the newest value alone. */

import type { MonoTypeOperatorFunction, Subscriber } from 'rxjs';
import { ConflateStage } from './conflate-stage.ts';
import { operate } from './operate.ts';

/**
 * While the consumer is full, keeps only the newest value for it. The source is never held back.
 *
 * @example
 * ```ts
 * import { latest, Stream } from '@oxbow/stream';
 *
 * for await (const value of Stream.from([1, 2, 3]).pipe(latest())) console.log(value); // a slow reader skips
 * ```
 */
export function latest<T>(): MonoTypeOperatorFunction<T> {
  return operate((source, subscriber: Subscriber<T>) => {
    const newest = (_waiting: T, value: T): T => value;
    source.subscribe(new ConflateStage<T, T>(subscriber, 'latest', newest, (value) => value));
  });
}
