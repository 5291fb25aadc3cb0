/** `zipWith`: `zip` as an operator. */

import type { Observable, ObservableInput, ObservableInputTuple, OperatorFunction, Subscriber } from 'rxjs';
import { innerFrom } from './inner.ts';
import { operate } from './operate.ts';
import { subscribeZip } from './zip-lanes.ts';

/** Zips the source with further streams. */
export function zipWith<T, A extends readonly unknown[]>(
  ...others: [...ObservableInputTuple<A>]
): OperatorFunction<T, [T, ...A]> {
  return operate((source, subscriber: Subscriber<[T, ...A]>) => {
    const inputs = [source as Observable<unknown>, ...(others as ObservableInput<unknown>[]).map(innerFrom)];
    subscribeZip(inputs, subscriber as Subscriber<unknown>, undefined);
  });
}
