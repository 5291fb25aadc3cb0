/** `switchAll`: `switchMap` over inner streams that are there already. */

import type { ObservableInput, ObservedValueOf, OperatorFunction } from 'rxjs';
import { switchMap } from './switch-map.ts';

/** Leaves the inner stream before for every inner stream the source emits. */
export function switchAll<O extends ObservableInput<unknown>>(): OperatorFunction<O, ObservedValueOf<O>> {
  return switchMap((inner: O) => inner);
}
