/** `mergeWith`: `merge` as an operator. */

import type { ObservableInput, ObservableInputTuple, OperatorFunction } from 'rxjs';
import { merge } from './merge.ts';
import { operate } from './operate.ts';

/** Merges the source with further streams. */
export function mergeWith<T, A extends readonly unknown[]>(
  ...others: [...ObservableInputTuple<A>]
): OperatorFunction<T, T | A[number]> {
  return operate((source, subscriber) => {
    merge(source, ...(others as ObservableInput<A[number]>[])).subscribe(subscriber);
  });
}
