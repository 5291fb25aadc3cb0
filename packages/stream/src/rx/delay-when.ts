/** RxJS's `delayWhen`, with a bound on what it keeps. */

import type { ObservableInput } from 'rxjs';
import * as stock from 'rxjs';
import { buffer } from '../operators/buffer.ts';
import { mergeMap } from '../operators/merge-map.ts';
import { ungated } from './ungated.ts';

/** RxJS's `delayWhen`; the source is held back while 64 values are kept. */
export const delayWhen: typeof stock.delayWhen = ((
  select: (value: unknown, index: number) => ObservableInput<unknown>,
  subscriptionDelay?: stock.Observable<unknown>,
) => {
  const delayed = mergeMap((value: unknown, index: number) =>
    ungated(select(value, index)).pipe(
      stock.take(1),
      stock.map(() => value),
    ),
  );
  // Delays that end together bring their values together: what the consumer has no room for waits here.
  if (!subscriptionDelay) return (source: stock.Observable<unknown>) => source.pipe(delayed, buffer());
  return (source: stock.Observable<unknown>) =>
    stock.concat(
      ungated(subscriptionDelay).pipe(stock.take(1), stock.ignoreElements()),
      source.pipe(delayed, buffer()),
    );
}) as never;
