/** RxJS's `switchMapTo`, over the `switchMap` of this door. */
import type * as stock from 'rxjs';
import type { ObservableInput } from 'rxjs';
import { switchMap } from './switch-map.ts';

type Input = ObservableInput<unknown>;

/** RxJS's `switchMapTo`. @deprecated As in RxJS: use `switchMap(() => inner)`. */
export const switchMapTo: typeof stock.switchMapTo = ((inner: Input, select?: never) =>
  switchMap(() => inner, select)) as never;
