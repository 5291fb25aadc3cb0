/** RxJS's creation functions for sources that can wait: they stop when the consumer is full, where RxJS's run on. */

import type { ObservableInput, SchedulerLike } from 'rxjs';
import * as stock from 'rxjs';
import { innerFrom } from '../operators/inner.ts';
import { isScheduler } from '../operators/scheduler.ts';
import { Stream } from '../stream.ts';

/** RxJS's `from`: `Stream.from`. With a scheduler it is RxJS's own. */
export const from: typeof stock.from = ((input: ObservableInput<unknown>, scheduler?: SchedulerLike) =>
  scheduler === undefined ? innerFrom(input) : stock.from(input, scheduler)) as never;

/** RxJS's `of`, held back like any iterable. With a scheduler it is RxJS's own. */
export const of: typeof stock.of = ((...values: unknown[]) =>
  isScheduler(values[values.length - 1]) ? stock.of(...values) : Stream.from(values)) as never;

/** RxJS's `range`, held back like any iterable. With a scheduler it is RxJS's own. */
export const range: typeof stock.range = ((start: number, count?: number, scheduler?: SchedulerLike) => {
  if (scheduler !== undefined) return stock.range(start, count, scheduler);
  const [first, length] = count === undefined ? [0, start] : [start, count];
  return Stream.from({
    *[Symbol.iterator]() {
      for (let i = 0; i < length; i++) yield first + i;
    },
  });
}) as never;

/** RxJS's `defer`; arrays and iterables from the factory obey the gate. */
export const defer: typeof stock.defer = ((factory: () => ObservableInput<unknown>) =>
  new Stream<unknown>((out) => {
    innerFrom(factory()).subscribe(out);
  })) as never;
