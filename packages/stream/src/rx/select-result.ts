/** RxJS's deprecated result selectors: what is made of an outer value and a value of its inner stream. */

import type { ObservableInput } from 'rxjs';
import * as stock from 'rxjs';
import { innerFrom } from '../operators/inner.ts';

type Input = ObservableInput<unknown>;
type Select = (outer: unknown, inner: unknown, outerIndex: number, innerIndex: number) => unknown;

/** A function that gives inner streams, with `select` over their values; the same function where there is none. */
export function selectResult(
  project: (value: unknown, index: number) => Input,
  select: unknown,
): (value: unknown, index: number) => Input {
  if (typeof select !== 'function') return project;
  return (outer, outerIndex) =>
    innerFrom(project(outer, outerIndex)).pipe(
      stock.map((inner, innerIndex) => (select as Select)(outer, inner, outerIndex, innerIndex)),
    );
}
