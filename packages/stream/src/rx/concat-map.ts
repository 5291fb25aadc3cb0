/** RxJS's `concatMap` with all its arguments, over the bounded one. */
import type * as stock from 'rxjs';
import { concatMap as boundedConcatMap } from '../operators/concat-map.ts';
import { selectResult } from './select-result.ts';

/** RxJS's `concatMap`, bounded; it takes the deprecated result selector too. */
export const concatMap: typeof stock.concatMap = ((project: never, select?: unknown) =>
  boundedConcatMap(selectResult(project, select))) as never;
