/** RxJS's `filter` with all its arguments, on the batch lane. */
import type * as stock from 'rxjs';
import { filter as laneFilter } from '../operators/filter.ts';

/** RxJS's `filter`, on the batch lane; it takes the deprecated `thisArg` too. */
export const filter: typeof stock.filter = ((predicate: (...args: never[]) => unknown, thisArg?: unknown) =>
  laneFilter((thisArg === undefined ? predicate : predicate.bind(thisArg)) as never)) as never;
