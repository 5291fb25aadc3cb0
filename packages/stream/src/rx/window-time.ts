/** RxJS's `windowTime`, held back by the readers of what it emits. */
import * as stock from 'rxjs';
import { fed } from './readers.ts';

/** RxJS's `windowTime`; the source is held back while a reader of a window is full. */
export const windowTime: typeof stock.windowTime = ((...args: Parameters<typeof stock.windowTime>) =>
  fed('windowTime', stock.windowTime(...args))) as never;
