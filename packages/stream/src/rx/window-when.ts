/** RxJS's `windowWhen`, held back by the readers of what it emits. */
import * as stock from 'rxjs';
import { fed } from './readers.ts';
import { ungatedResult } from './ungated.ts';

/** RxJS's `windowWhen`, its notifiers outside the gate; the source is held back while a reader of a window is full. */
export const windowWhen: typeof stock.windowWhen = (closing) =>
  fed('windowWhen', stock.windowWhen(ungatedResult(closing)));
