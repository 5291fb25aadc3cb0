/** RxJS's `exhaustAll`: `exhaustMap` over inner streams that are there already. */
import type * as stock from 'rxjs';
import type { ObservableInput } from 'rxjs';
import { exhaustMap } from './exhaust-map.ts';

type Input = ObservableInput<unknown>;

/** RxJS's `exhaustAll`. */
export const exhaustAll: typeof stock.exhaustAll = (() => exhaustMap((inner: Input) => inner)) as never;
