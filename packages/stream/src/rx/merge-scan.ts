/** RxJS's `mergeScan`, bounded. */

import type { ObservableInput, OperatorFunction } from 'rxjs';
import { mergeMap } from '../operators/merge-map.ts';
import { scanned } from './scanned.ts';

/** RxJS's `mergeScan`, bounded as `mergeMap` is. */
export function mergeScan<T, R>(
  accumulator: (acc: R, value: T, index: number) => ObservableInput<R>,
  seed: R,
  concurrent: number = Number.POSITIVE_INFINITY,
): OperatorFunction<T, R> {
  return scanned(accumulator, seed, (project) => mergeMap(project, concurrent));
}
