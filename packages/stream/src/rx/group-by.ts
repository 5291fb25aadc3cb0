/** RxJS's `groupBy`, held back by the readers of what it emits. */
import * as stock from 'rxjs';
import { fed } from './readers.ts';

/** RxJS's `groupBy`; the source is held back while a reader of a group is full. */
export const groupBy: typeof stock.groupBy = ((...args: Parameters<typeof stock.groupBy>) =>
  fed('groupBy', stock.groupBy(...args) as never)) as never;
