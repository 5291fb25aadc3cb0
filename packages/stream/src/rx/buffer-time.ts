/** RxJS's `bufferTime`, with a cap. */
import * as stock from 'rxjs';
import { popScheduler } from '../operators/scheduler.ts';
import { MAX_BUFFERED_ITEMS } from './capped.ts';

/** RxJS's `bufferTime`; without a size of its own a buffer is emitted early when it holds 65,536 values. */
export const bufferTime: typeof stock.bufferTime = ((span: number, ...rest: unknown[]) => {
  const scheduler = popScheduler(rest);
  const [interval, size] = rest as [number | null | undefined, number | undefined];
  const max = size === undefined || size === Number.POSITIVE_INFINITY ? MAX_BUFFERED_ITEMS : size;
  return stock.bufferTime(span, interval ?? null, max, scheduler ?? stock.asyncScheduler);
}) as never;
