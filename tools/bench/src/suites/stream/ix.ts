/** The jobs in IxJS, synchronous and asynchronous. */
import { from as fromAsync } from 'ix/asynciterable';
import { filter as filterAsync, flatMap, map as mapAsync } from 'ix/asynciterable/operators';
import { from } from 'ix/iterable';
import { filter, map } from 'ix/iterable/operators';
import type { Workload } from '../../harness/workload.ts';
import { add, addOne, isEven, later, numbers, PER_TURN } from './job.ts';

const MAPPED = 10_000;

export const workloads: Readonly<Record<string, Workload>> = {
  pipeline: {
    portion: PER_TURN,
    run: (length) => {
      for (const value of from(numbers(length)).pipe(map(addOne), filter(isEven))) add(value);
    },
  },
  'pipeline-async': {
    portion: PER_TURN,
    run: async (length) => {
      for await (const value of fromAsync(numbers(length)).pipe(mapAsync(addOne), filterAsync(isEven)))
        add(value);
    },
  },
  'map-async': {
    portion: MAPPED,
    most: MAPPED,
    run: async (length) => {
      for await (const value of fromAsync(numbers(length)).pipe(
        flatMap((each) => fromAsync(later(each)), 8),
      )) {
        add(value);
      }
    },
  },
};
