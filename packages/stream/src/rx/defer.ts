/** RxJS's `defer`, as a source that can wait: with what the factory gives. */
import type * as stock from 'rxjs';
import type { ObservableInput } from 'rxjs';
import { innerFrom } from '../operators/inner.ts';
import { Stream } from '../stream.ts';

/** RxJS's `defer`; arrays and iterables from the factory obey the gate. */
export const defer: typeof stock.defer = ((factory: () => ObservableInput<unknown>) =>
  new Stream<unknown>((out) => {
    innerFrom(factory()).subscribe(out);
  })) as never;
