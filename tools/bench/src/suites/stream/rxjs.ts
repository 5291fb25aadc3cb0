/** The jobs in RxJS. Nothing holds a source back here. */
import { filter, map, mergeMap, Observable, range } from 'rxjs';
import type { Workload } from '../../harness/workload.ts';
import { add, addOne, isEven, later, PER_TURN, pushNumbers } from './job.ts';

/** Emits a thousand numbers in each macrotask. */
function pushed(length: number): Observable<number> {
  return new Observable((out) => {
    pushNumbers(
      length,
      (first, count) => {
        for (let i = first; i < first + count; i++) out.next(i);
      },
      () => out.complete(),
    );
  });
}

const ended = (source: Observable<number>): Promise<void> =>
  new Promise((resolve, reject) => {
    source.subscribe({ next: add, error: reject, complete: resolve });
  });

const MAPPED = 100_000;

export const workloads: Readonly<Record<string, Workload>> = {
  pipeline: { portion: PER_TURN, run: (length) => ended(pushed(length).pipe(map(addOne), filter(isEven))) },
  'pipeline-range': {
    portion: PER_TURN,
    run: (length) => ended(range(0, length).pipe(map(addOne), filter(isEven))),
  },
  // Its backlog is an array that it shifts: the time grows with the square of the length.
  'map-async': {
    portion: MAPPED,
    most: MAPPED,
    run: (length) => ended(range(0, length).pipe(mergeMap(later, 8))),
  },
};
