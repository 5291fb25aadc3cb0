/**
 * Streams that are signals, outside the gate: a signal must get through while the consumer of the data is full. RxJS's own
 * operators would hand the data's gate to their notifiers.
 */

import { Observable, type ObservableInput } from 'rxjs';
import { ControlSubscriber } from '../operators/control-subscriber.ts';
import { innerFrom } from '../operators/inner.ts';

/** An input as an Observable that sees no gate. */
export function ungated<T>(input: ObservableInput<T>): Observable<T> {
  return new Observable<T>((subscriber) => innerFrom(input).subscribe(new ControlSubscriber(subscriber)));
}

/** Wraps a function that gives notifiers. */
export function ungatedResult<A extends unknown[], T>(
  select: (...args: A) => ObservableInput<T>,
): (...args: A) => Observable<T> {
  return (...args) => ungated(select(...args));
}
