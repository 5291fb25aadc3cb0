/** RxJS's `retryWhen`, with what it listens to outside the gate. */
import * as stock from 'rxjs';
import { ungatedResult } from './ungated.ts';

/** RxJS's `retryWhen`, its notifier outside the gate. */
export const retryWhen: typeof stock.retryWhen = (notifier) => stock.retryWhen(ungatedResult(notifier));
