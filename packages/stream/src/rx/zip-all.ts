/** RxJS's `zipAll`, over the bounded `zip`. */

import type { Observable, ObservableInput } from 'rxjs';
import * as stock from 'rxjs';
import { mergeMap } from '../operators/merge-map.ts';
import { zip } from '../operators/zip.ts';

type Input = ObservableInput<unknown>;

/** RxJS's `zipAll`, over the bounded `zip`. */
export const zipAll: typeof stock.zipAll = ((select?: (...values: unknown[]) => unknown) =>
  (source: Observable<Input>) =>
    source.pipe(
      stock.toArray(),
      mergeMap((inputs: Input[]) =>
        inputs.length === 0
          ? stock.EMPTY
          : select === undefined
            ? zip(inputs)
            : (zip(inputs as Input[], select as never) as Observable<unknown>),
      ),
    )) as never;
