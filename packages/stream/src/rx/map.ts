/** RxJS's `map` with all its arguments, on the batch lane. */
import type * as stock from 'rxjs';
import { map as laneMap } from '../operators/map.ts';

/** RxJS's `map`, on the batch lane; it takes the deprecated `thisArg` too. */
export const map: typeof stock.map = ((project: (...args: never[]) => unknown, thisArg?: unknown) =>
  laneMap((thisArg === undefined ? project : project.bind(thisArg)) as never)) as never;
