/** The jobs in Effect's Stream. */
import { Effect, Stream } from 'effect';
import type { Workload } from '../../harness/workload.ts';
import { add, addOne, isEven, later, PER_TURN } from './job.ts';

const sum = (stream: Stream.Stream<number>): Promise<void> =>
  Effect.runPromise(Stream.runForEach(stream, (value) => Effect.sync(() => add(value))));

const MAPPED = 10_000;

export const workloads: Readonly<Record<string, Workload>> = {
  pipeline: {
    portion: PER_TURN,
    run: async (length) => {
      const mapped = Stream.filter(Stream.map(Stream.range(0, length - 1), addOne), isEven);
      add(await Effect.runPromise(Stream.runSum(mapped)));
    },
  },
  'map-async': {
    portion: MAPPED,
    most: MAPPED,
    run: (length) =>
      sum(
        Stream.mapEffect(Stream.range(0, length - 1), (value) => Effect.promise(() => later(value)), {
          concurrency: 8,
        }),
      ),
  },
};
