/** RxJS's `range`, as a source that can wait: held back like any iterable. */

import type { SchedulerLike } from 'rxjs';
import * as stock from 'rxjs';
import { Stream } from '../stream.ts';

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
