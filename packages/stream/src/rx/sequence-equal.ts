/** RxJS's `sequenceEqual`, which holds the faster of the two back. */

import type { Observable, ObservableInput, OperatorFunction } from 'rxjs';
import * as stock from 'rxjs';
import { innerFrom } from '../operators/inner.ts';
import { zip } from '../operators/zip.ts';

interface Sequenced {
  readonly ended: boolean;
  readonly value: unknown;
}

/** RxJS's `sequenceEqual` over the bounded `zip`: the faster of the two is held back. */
export const sequenceEqual: typeof stock.sequenceEqual = ((
  compareTo: ObservableInput<unknown>,
  equal: (a: unknown, b: unknown) => boolean = (a, b) => a === b,
) => {
  const numbered: OperatorFunction<unknown, Sequenced> = (source) =>
    source.pipe(
      stock.map((value): Sequenced => ({ ended: false, value })),
      stock.endWith<Sequenced>({ ended: true, value: undefined }),
    );
  return (source: Observable<unknown>) =>
    zip([source.pipe(numbered), innerFrom(compareTo).pipe(numbered)] as const as never).pipe(
      stock.every((pair) => {
        const [a, b] = pair as unknown as [Sequenced, Sequenced];
        return a.ended || b.ended ? a.ended === b.ended : equal(a.value, b.value);
      }),
    );
}) as never;
