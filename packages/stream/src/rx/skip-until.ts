/** RxJS's `skipUntil`, with what it listens to outside the gate. */
import * as stock from 'rxjs';
import { ungated } from './ungated.ts';

/** RxJS's `skipUntil`, its notifier outside the gate. */
export const skipUntil: typeof stock.skipUntil = (notifier) => stock.skipUntil(ungated(notifier));
