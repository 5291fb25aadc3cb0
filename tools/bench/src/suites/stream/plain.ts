/** The jobs without a library: loops, generators, and the async iterator one writes by hand. */
import type { Workload } from '../../harness/workload.ts';
import { add, addOne, isEven, later, numbers, PER_TURN } from './job.ts';

/** An async iterator of promises that are settled already: what `for await` costs by itself. */
function handWritten(length: number): AsyncIterable<number> {
  let i = 0;
  const done = Promise.resolve({ done: true as const, value: undefined });
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => (i < length ? Promise.resolve({ done: false as const, value: i++ }) : done),
      return: () => done,
    }),
  };
}

/** The same over somebody else's iterator, as ours reads it. */
function handWrittenOver(values: Iterable<number>): AsyncIterable<number> {
  const done = Promise.resolve({ done: true as const, value: undefined });
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = values[Symbol.iterator]();
      return {
        next: () => {
          const result = iterator.next();
          return result.done === true ? done : Promise.resolve({ done: false as const, value: result.value });
        },
        return: () => done,
      };
    },
  };
}

async function* generated(length: number): AsyncGenerator<number> {
  for (let i = 0; i < length; i++) yield i;
}

const forAwait = (source: (length: number) => AsyncIterable<number>): Workload => ({
  portion: PER_TURN,
  run: async (length) => {
    for await (const value of source(length)) add(value);
  },
});

export const workloads: Readonly<Record<string, Workload>> = {
  pipeline: {
    portion: PER_TURN,
    run: (length) => {
      for (let i = 0; i < length; i++) {
        const value = addOne(i);
        if (isEven(value)) add(value);
      }
    },
  },
  'iterator-helpers': {
    portion: PER_TURN,
    run: (length) => numbers(length).map(addOne).filter(isEven).forEach(add),
  },
  'for-await': forAwait(handWritten),
  'for-await-over-generator': forAwait((length) => handWrittenOver(numbers(length))),
  'for-await-generator': forAwait(generated),
  'map-async': {
    portion: PER_TURN,
    run: async (length) => {
      const source = numbers(length);
      const worker = async (): Promise<void> => {
        for (const value of source) add(await later(value));
      };
      await Promise.all(Array.from({ length: 8 }, worker));
    },
  },
};
