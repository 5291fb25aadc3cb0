/** RxJS's `windowToggle`, held back by the readers of what it emits. */
import * as stock from 'rxjs';
import { fed } from './readers.ts';
import { ungated, ungatedResult } from './ungated.ts';

/** RxJS's `windowToggle`, its notifiers outside the gate; the source is held back while a reader of a window is full. */
export const windowToggle: typeof stock.windowToggle = (openings, closing) =>
  fed('windowToggle', stock.windowToggle(ungated(openings), ungatedResult(closing)));
