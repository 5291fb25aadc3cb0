/** RxJS's `tap` with all its arguments, on the batch lane where it is given a function of values. */
import * as stock from 'rxjs';
import { tap as laneTap } from '../operators/tap.ts';

/** RxJS's `tap`, on the batch lane; it takes the deprecated three callbacks too. */
export const tap: typeof stock.tap = ((next?: never, error?: never, complete?: never) =>
  error || complete ? stock.tap(next, error, complete) : laneTap(next)) as never;
