/** How an operator subscribes to what a function gave it: through `Stream.from`, so that arrays and iterables obey too. */
import type { Observable, ObservableInput } from 'rxjs';
import { isObservable } from '../from/stream-input.ts';
import { Stream } from '../stream.ts';

/** An input as an Observable whose source obeys the gate wherever it can. */
export function innerFrom<T>(input: ObservableInput<T>): Observable<T> {
  return isObservable<T>(input) ? input : Stream.from<T>(input as never);
}
