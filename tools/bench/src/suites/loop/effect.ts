/** The five jobs in Effect. */
import { Effect, Fiber, Queue, Semaphore } from 'effect';
import type { Workload } from '../../harness/workload.ts';
import { CONTENDERS, GATHERED, ITEMS, PERMITS, PLACES, SPAWNS } from './portions.ts';

const one = Effect.sync(() => 1);

const through = (makeQueue: Effect.Effect<Queue.Queue<number>>): Workload => ({
  portion: ITEMS,
  run: (operations) =>
    Effect.runPromise(
      Effect.gen(function* () {
        for (let done = 0; done < operations; done += ITEMS) {
          const queue = yield* makeQueue;
          const producer = yield* Effect.forkChild(
            Effect.gen(function* () {
              for (let i = 0; i < ITEMS; i++) yield* Queue.offer(queue, i);
            }),
          );
          const consumer = yield* Effect.forkChild(
            Effect.gen(function* () {
              for (let i = 0; i < ITEMS; i++) yield* Queue.take(queue);
            }),
          );
          yield* Fiber.joinAll([producer, consumer]);
        }
      }),
    ),
});

export const workloads: Readonly<Record<string, Workload>> = {
  spawn: {
    portion: SPAWNS,
    run: (operations) =>
      Effect.runPromise(
        Effect.gen(function* () {
          for (let done = 0; done < operations; done++) yield* Fiber.join(yield* Effect.forkChild(one));
        }),
      ),
  },
  gather: {
    portion: GATHERED,
    run: (operations) =>
      Effect.runPromise(
        Effect.gen(function* () {
          for (let done = 0; done < operations; done += GATHERED) {
            const fibers: Fiber.Fiber<number>[] = [];
            for (let i = 0; i < GATHERED; i++) fibers.push(yield* Effect.forkChild(one));
            yield* Fiber.joinAll(fibers);
          }
        }),
      ),
  },
  queue: through(Queue.unbounded<number>()),
  'bounded-queue': through(Queue.bounded<number>(PLACES)),
  semaphore: {
    portion: CONTENDERS,
    run: (operations) =>
      Effect.runPromise(
        Effect.gen(function* () {
          for (let done = 0; done < operations; done += CONTENDERS) {
            const semaphore = yield* Semaphore.make(PERMITS);
            const contend = semaphore.withPermit(Effect.yieldNow);
            yield* Effect.forEach(Array.from({ length: CONTENDERS }), () => contend, {
              concurrency: 'unbounded',
              discard: true,
            });
          }
        }),
      ),
  },
};
