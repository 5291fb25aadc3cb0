/** RxJS's `windowCount`, held back by the readers of what it emits. */
import * as stock from 'rxjs';
import { fed } from './readers.ts';

/** RxJS's `windowCount`; the source is held back while a reader of a window is full. */
export const windowCount: typeof stock.windowCount = (size, startEvery) =>
  fed('windowCount', stock.windowCount(size, startEvery));
