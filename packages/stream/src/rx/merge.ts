/** RxJS's `merge` with all its arguments, over the bounded one. */

import type { ObservableInput } from 'rxjs';
import * as stock from 'rxjs';
import { innerFrom } from '../operators/inner.ts';
import { merge as boundedMerge } from '../operators/merge.ts';
import { isScheduler } from '../operators/scheduler.ts';

type Input = ObservableInput<unknown>;

/** RxJS's `merge`; the source of a merge of one is given back as it is. */
export const merge: typeof stock.merge = ((...args: unknown[]) => {
  const sources = args.filter((arg) => typeof arg !== 'number' && !isScheduler(arg));
  if (sources.length === 0) return stock.EMPTY;
  return sources.length === 1 ? innerFrom(sources[0] as Input) : boundedMerge(...(args as Input[]));
}) as never;
