/** The per-item job in @most/core: push without backpressure, tuned for it. */
import { filter, map, runEffects, tap } from '@most/core';
import { newDefaultScheduler } from '@most/scheduler';
import type { Stream } from '@most/types';
import type { Workload } from '../../harness/workload.ts';
import { add, addOne, isEven, PER_TURN, pushNumbers } from './job.ts';

function pushed(length: number): Stream<number> {
  return {
    run: (sink, scheduler) => {
      const time = scheduler.currentTime();
      // Not inside run(): sinks above are not connected yet.
      setImmediate(() =>
        pushNumbers(
          length,
          (first, count) => {
            for (let i = first; i < first + count; i++) sink.event(time, i);
          },
          () => sink.end(time),
        ),
      );
      return { dispose: () => {} };
    },
  };
}

export const workloads: Readonly<Record<string, Workload>> = {
  pipeline: {
    portion: PER_TURN,
    run: (length) => runEffects(tap(add, filter(isEven, map(addOne, pushed(length)))), newDefaultScheduler()),
  },
};
