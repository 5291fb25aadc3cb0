/** RxJS's `repeatWhen`, with what it listens to outside the gate. */
import * as stock from 'rxjs';
import { ungatedResult } from './ungated.ts';

/** RxJS's `repeatWhen`, its notifier outside the gate. */
export const repeatWhen: typeof stock.repeatWhen = (notifier) => stock.repeatWhen(ungatedResult(notifier));
