/** RxJS's `buffer`, with a cap. */
import * as stock from 'rxjs';
import { capped } from './capped.ts';
import { ungated } from './ungated.ts';

/** RxJS's `buffer`, its notifier outside the gate. Fails when 65,536 values wait for the notifier. */
export const buffer: typeof stock.buffer = (notifier) => capped(stock.buffer(ungated(notifier)));
