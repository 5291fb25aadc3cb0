/** RxJS's `delay`, with a bound on what it keeps. */
import * as stock from 'rxjs';
import { asyncScheduler } from 'rxjs';
import { delayWhen } from './delay-when.ts';

/** RxJS's `delay`; the source is held back while 64 values are kept. */
export const delay: typeof stock.delay = (due, scheduler = asyncScheduler) => {
  const duration = stock.timer(due as number, scheduler);
  return delayWhen(() => duration);
};
