/** RxJS's `mergeMap` with all its arguments, over the bounded one. */
import type * as stock from 'rxjs';
import { mergeMap as boundedMergeMap } from '../operators/merge-map.ts';
import { selectResult } from './select-result.ts';

/** RxJS's `mergeMap`, bounded; it takes the deprecated result selector too. */
export const mergeMap: typeof stock.mergeMap = ((project: never, second?: unknown, third?: number) =>
  boundedMergeMap(
    selectResult(project, second),
    typeof second === 'number' ? second : (third ?? Number.POSITIVE_INFINITY),
  )) as never;
