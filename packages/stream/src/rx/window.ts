/** RxJS's `window`, held back by the readers of what it emits. */
import * as stock from 'rxjs';
import { fed } from './readers.ts';
import { ungated } from './ungated.ts';

/** RxJS's `window`, its notifier outside the gate; the source is held back while a reader of a window is full. */
export const window: typeof stock.window = (boundaries) => fed('window', stock.window(ungated(boundaries)));
