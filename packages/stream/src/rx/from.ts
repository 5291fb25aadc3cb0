/** RxJS's `from`, as a source that can wait: what `Stream.from` makes. */

import type { ObservableInput, SchedulerLike } from 'rxjs';
import * as stock from 'rxjs';
import { innerFrom } from '../operators/inner.ts';

/** RxJS's `from`: `Stream.from`. With a scheduler it is RxJS's own. */
export const from: typeof stock.from = ((input: ObservableInput<unknown>, scheduler?: SchedulerLike) =>
  scheduler === undefined ? innerFrom(input) : stock.from(input, scheduler)) as never;
