/** RxJS's `concatMapTo`, over the `concatMap` of this door. */
import type * as stock from 'rxjs';
import type { ObservableInput } from 'rxjs';
import { concatMap } from './concat-map.ts';

type Input = ObservableInput<unknown>;

/** RxJS's `concatMapTo`. @deprecated As in RxJS: use `concatMap(() => inner)`. */
export const concatMapTo: typeof stock.concatMapTo = ((inner: Input, select?: never) =>
  concatMap(() => inner, select)) as never;
