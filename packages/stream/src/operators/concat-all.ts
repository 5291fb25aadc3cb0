/** `concatAll`: `concatMap` over inner streams that are there already. */

import type { ObservableInput, ObservedValueOf, OperatorFunction } from 'rxjs';
import { concatMap } from './concat-map.ts';

/** Subscribes to every inner stream the source emits, one after the other. */
export function concatAll<O extends ObservableInput<unknown>>(): OperatorFunction<O, ObservedValueOf<O>> {
  return concatMap((inner: O) => inner);
}
