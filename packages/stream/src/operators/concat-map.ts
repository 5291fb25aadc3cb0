/** `concatMap`: RxJS's, with a bound on what waits. */

import type { ObservableInput, ObservedValueOf, OperatorFunction } from 'rxjs';
import { mergeWithPlaces, type Project } from './merge-stage.ts';

/**
 * `mergeMap` with one place: one inner stream after the other, in the order of the source.
 *
 * @example
 * ```ts
 * import { concatMap, Stream } from '@oxbow/stream';
 *
 * // The second is read when the first has ended; until then nothing is queued.
 * for await (const item of Stream.from([1, 2]).pipe(concatMap((n) => Stream.from([n, 10 * n])))) console.log(item);
 * ```
 */
export function concatMap<T, O extends ObservableInput<unknown>>(
  project: Project<T, O>,
): OperatorFunction<T, ObservedValueOf<O>> {
  return mergeWithPlaces('concatMap', project as Project<T, ObservableInput<ObservedValueOf<O>>>, 1);
}
