/** `concatMap`: RxJS's, with a bound on what waits. */

import type { ObservableInput, ObservedValueOf, OperatorFunction } from 'rxjs';
import { mergeWithPlaces, type Project } from './merge-stage.ts';

/** `mergeMap` with one place: one inner stream after the other, in the order of the source. */
export function concatMap<T, O extends ObservableInput<unknown>>(
  project: Project<T, O>,
): OperatorFunction<T, ObservedValueOf<O>> {
  return mergeWithPlaces('concatMap', project as Project<T, ObservableInput<ObservedValueOf<O>>>, 1);
}
