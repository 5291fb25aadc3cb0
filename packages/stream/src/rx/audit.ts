/** RxJS's `audit`, with what it listens to outside the gate. */
import * as stock from 'rxjs';
import { ungatedResult } from './ungated.ts';

/** RxJS's `audit`, its notifiers outside the gate. */
export const audit: typeof stock.audit = (duration) => stock.audit(ungatedResult(duration));
