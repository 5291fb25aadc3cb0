/** Counts what goes into a buffering operator of RxJS, and what its arrays bring out. */

import type { MonoTypeOperatorFunction, OperatorFunction } from 'rxjs';
import * as stock from 'rxjs';
import { StreamOverflowError } from '../errors.ts';
import { operate } from '../operators/operate.ts';

/** The most values one buffer may hold before it fails or, where it has a limit of its own, is emitted early. */
export const MAX_BUFFERED_ITEMS = 65_536;

/** Counts what goes into a buffering operator and what its arrays bring out. */
export function capped<T>(operator: OperatorFunction<T, T[]>): OperatorFunction<T, T[]> {
  return (source) =>
    operate<T, T[]>((from, subscriber) => {
      let inside = 0;
      const count = stock.tap(() => {
        if (++inside > MAX_BUFFERED_ITEMS) throw new StreamOverflowError('error', MAX_BUFFERED_ITEMS, inside);
      });
      const uncount = stock.tap((values: T[]) => {
        inside -= values.length;
      });
      from.pipe(count as MonoTypeOperatorFunction<T>, operator, uncount).subscribe(subscriber);
    })(source);
}
