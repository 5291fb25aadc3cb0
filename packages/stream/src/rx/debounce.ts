/** RxJS's `debounce`, with what it listens to outside the gate. */
import * as stock from 'rxjs';
import { ungatedResult } from './ungated.ts';

/** RxJS's `debounce`, its notifiers outside the gate. */
export const debounce: typeof stock.debounce = (duration) => stock.debounce(ungatedResult(duration));
