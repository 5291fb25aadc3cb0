/** RxJS's `throttle`, with what it listens to outside the gate. */
import * as stock from 'rxjs';
import { ungatedResult } from './ungated.ts';

/** RxJS's `throttle`, its notifiers outside the gate. */
export const throttle: typeof stock.throttle = (duration, config) =>
  stock.throttle(ungatedResult(duration), config);
