/** RxJS's `concat` with all its arguments, over the bounded one. */
import type * as stock from 'rxjs';
import { concat as boundedConcat } from '../operators/concat.ts';

/** RxJS's `concat`, bounded; it takes the deprecated scheduler too. */
export const concat: typeof stock.concat = boundedConcat as never;
