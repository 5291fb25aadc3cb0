/** RxJS's `exhaustMap`, with inner arrays and iterables that obey the gate. */

import type { Observable, ObservableInput, Subscriber } from 'rxjs';
import * as stock from 'rxjs';
import { innerFrom } from '../operators/inner.ts';
import { operate } from '../operators/operate.ts';
import { Precedence } from '../operators/precedence.ts';
import { passage } from './passage.ts';

type Input = ObservableInput<unknown>;

/**
 * RxJS's `exhaustMap`; inner arrays and iterables obey the gate, and come whole before the source goes on. Values that come
 * while one is running are dropped.
 */
export const exhaustMap: typeof stock.exhaustMap = ((
  project: (value: unknown, index: number) => Input,
  select?: never,
) =>
  operate((source, subscriber: Subscriber<unknown>) => {
    const precedence = new Precedence('exhaustMap', subscriber);
    subscriber.add(() => precedence.dispose());
    const inner = passage<unknown>(precedence.inner);
    let begun = false;
    const begin = (value: unknown, index: number): Observable<unknown> => {
      begun = true;
      return innerFrom(project(value, index)).pipe(inner);
    };
    const afterEach = (): void => {
      if (begun) precedence.afterSubscribe();
      begun = false;
    };
    source
      .pipe(passage(precedence.source, afterEach), stock.exhaustMap(begin, select as never))
      .subscribe(subscriber);
  })) as never;
