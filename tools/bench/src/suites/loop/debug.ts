/** The same tasks with debug mode off and on: with turns that do nothing, and with turns that do some work. */
import { checkpoint, createTask, gather, run } from '@oxbow/loop';
import type { Workload } from '../../harness/workload.ts';

const TURNS = 1000;
const TASKS = 2;
/** Rounds of an arithmetic loop that make a turn last about 20 µs. */
const WORK = 5000;

let sink = 0;

function work(rounds: number): void {
  let sum = 0;
  for (let i = 0; i < rounds; i++) sum = (sum * 31 + i) | 0;
  sink ^= sum;
}

const turns = (rounds: number, debug: boolean): Workload => ({
  portion: TASKS * TURNS,
  run: (operations) =>
    run(
      function* () {
        const each = operations / TASKS;
        const body = function* () {
          for (let turn = 0; turn < each; turn++) {
            work(rounds);
            yield* checkpoint();
          }
        };
        yield* gather(Array.from({ length: TASKS }, () => createTask(body)));
        return sink;
      },
      { debug },
    ),
});

export const workloads: Readonly<Record<string, Workload>> = {
  'empty-off': turns(0, false),
  'empty-on': turns(0, true),
  'work-off': turns(WORK, false),
  'work-on': turns(WORK, true),
};
