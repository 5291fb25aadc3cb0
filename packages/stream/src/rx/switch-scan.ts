/** RxJS's `switchScan`, with inner arrays and iterables that obey the gate. */

import type { ObservableInput, OperatorFunction } from 'rxjs';
import { switchMap } from '../operators/switch-map.ts';
import { scanned } from './scanned.ts';

/** RxJS's `switchScan`; inner arrays and iterables obey the gate. */
export function switchScan<T, R>(
  accumulator: (acc: R, value: T, index: number) => ObservableInput<R>,
  seed: R,
): OperatorFunction<T, R> {
  return scanned(accumulator, seed, (project) => switchMap(project));
}
