/** `mergeMap`: RxJS's, with a bound on what waits. */

import type { ObservableInput, ObservedValueOf, OperatorFunction } from 'rxjs';
import { checkCount } from '../overflow.ts';
import { mergeWithPlaces, type Project } from './merge-stage.ts';

/**
 * Subscribes to what `project` gives for every value, at most `concurrency` at once, and emits all of it as it comes.
 *
 * The source is held back while all places are taken or the consumer is full. Windows and groups of it wait instead, up to
 * 1024, because they end only when it goes on. Without `concurrency`, as in RxJS, there is no fixed number of places: the
 * source is held back at 64, and one that does not listen may go on to 1024.
 *
 * @throws StreamOverflowError into the stream when the source ignores the pause beyond the hard cap
 *
 * @example
 * ```ts
 * import { mergeMap, Stream } from '@oxbow/stream';
 *
 * const pages = Stream.from(['a', 'b']).pipe(mergeMap((page) => Stream.from([`${page}1`, `${page}2`]), 2));
 * for await (const item of pages) console.log(item);
 * ```
 */
export function mergeMap<T, O extends ObservableInput<unknown>>(
  project: Project<T, O>,
  concurrency: number = Number.POSITIVE_INFINITY,
): OperatorFunction<T, ObservedValueOf<O>> {
  const places = concurrency < 1 ? Number.POSITIVE_INFINITY : concurrency;
  if (Number.isFinite(places)) checkCount(places, 'mergeMap(): concurrency');
  return mergeWithPlaces('mergeMap', project as Project<T, ObservableInput<ObservedValueOf<O>>>, places);
}
