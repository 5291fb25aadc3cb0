/** What `mergeScan` and `switchScan` have in common: inner streams that grow out of the last value. */

import type { Observable, ObservableInput, OperatorFunction, Subscriber } from 'rxjs';
import * as stock from 'rxjs';
import { innerFrom } from '../operators/inner.ts';
import { operate } from '../operators/operate.ts';

type ScanProject<T, R> = (value: T, index: number) => Observable<R>;

export function scanned<T, R>(
  accumulator: (acc: R, value: T, index: number) => ObservableInput<R>,
  seed: R,
  flatten: (project: ScanProject<T, R>) => OperatorFunction<T, R>,
): OperatorFunction<T, R> {
  return operate((source: Observable<T>, subscriber: Subscriber<R>) => {
    let state = seed;
    const remember = stock.tap((inner: R) => {
      state = inner;
    });
    source
      .pipe(flatten((value, index) => innerFrom(accumulator(state, value, index)).pipe(remember)))
      .subscribe(subscriber);
  });
}
