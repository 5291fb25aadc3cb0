/** `concatWith`: `concat` as an operator. */

import type { ObservableInput, ObservableInputTuple, OperatorFunction } from 'rxjs';
import { concat } from './concat.ts';
import { operate } from './operate.ts';

/** Continues with further streams when the source has completed. */
export function concatWith<T, A extends readonly unknown[]>(
  ...others: [...ObservableInputTuple<A>]
): OperatorFunction<T, T | A[number]> {
  return operate((source, subscriber) => {
    concat(source, ...(others as ObservableInput<A[number]>[])).subscribe(subscriber);
  });
}
