/** RxJS's `of`, as a source that can wait: held back like any iterable. */
import * as stock from 'rxjs';
import { isScheduler } from '../operators/scheduler.ts';
import { Stream } from '../stream.ts';

/** RxJS's `of`, held back like any iterable. With a scheduler it is RxJS's own. */
export const of: typeof stock.of = ((...values: unknown[]) =>
  isScheduler(values[values.length - 1]) ? stock.of(...values) : Stream.from(values)) as never;
