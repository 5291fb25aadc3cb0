/** `mergeAll`: `mergeMap` over inner streams that are there already. */

import type { ObservableInput, ObservedValueOf, OperatorFunction } from 'rxjs';
import { mergeMap } from './merge-map.ts';

/** Subscribes to every inner stream the source emits, at most `concurrency` at once. */
export function mergeAll<O extends ObservableInput<unknown>>(
  concurrency: number = Number.POSITIVE_INFINITY,
): OperatorFunction<O, ObservedValueOf<O>> {
  return mergeMap((inner: O) => inner, concurrency);
}
