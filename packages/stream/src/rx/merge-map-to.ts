/** RxJS's `mergeMapTo`, over the `mergeMap` of this door. */
import type * as stock from 'rxjs';
import type { ObservableInput } from 'rxjs';
import { mergeMap } from './merge-map.ts';

type Input = ObservableInput<unknown>;

/** RxJS's `mergeMapTo`. @deprecated As in RxJS: use `mergeMap(() => inner)`. */
export const mergeMapTo: typeof stock.mergeMapTo = ((inner: Input, second?: unknown, third?: number) =>
  mergeMap(() => inner, second as never, third as never)) as never;
