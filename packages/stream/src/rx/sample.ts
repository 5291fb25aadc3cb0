/** RxJS's `sample`, with what it listens to outside the gate. */
import * as stock from 'rxjs';
import { ungated } from './ungated.ts';

/** RxJS's `sample`, its notifier outside the gate. */
export const sample: typeof stock.sample = (notifier) => stock.sample(ungated(notifier));
