/** The same tasks with debug mode off and on: with turns that do nothing, and with turns that do some work. */
import { type Coroutine, checkpoint, createTask, gather, run } from '@oxbow/loop';
import type { Workload } from '../../harness/workload.ts';

const TASKS = 2;
/** Turns are warm, and the watchdog's thread is up, after so much of the thread's time. */
const WARM_UP_MS = 150;
const FULL_MS = 200;
const QUICK_MS = 60;
/** Turns between two looks at the clock. */
const TURNS_BETWEEN_READS = 16;
/** Rounds of an arithmetic loop that make a turn last about 20 µs. */
const WORK = 5000;

let _sink = 0;

function work(rounds: number): void {
  let sum = 0;
  for (let i = 0; i < rounds; i++) sum = (sum * 31 + i) | 0;
  _sink ^= sum;
}

/** Milliseconds of this thread's processor time. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
}

/** Turns within one long `run()`: starting and ending debug mode is not what is measured. */
const turns = (rounds: number, debug: boolean): Workload => ({
  measure: (quick) =>
    run(
      function* () {
        yield* takeTurns(rounds, WARM_UP_MS);
        return yield* takeTurns(rounds, quick ? QUICK_MS : FULL_MS);
      },
      { debug },
    ),
});

/** Nanoseconds a turn. */
function* takeTurns(rounds: number, forMs: number): Coroutine<number> {
  const startMs = cpuMs();
  let count = 0;
  let spentMs = 0;
  const body = function* (): Coroutine<void> {
    for (; spentMs < forMs; spentMs = cpuMs() - startMs) {
      for (let turn = 0; turn < TURNS_BETWEEN_READS; turn++) {
        work(rounds);
        count++;
        yield* checkpoint();
      }
    }
  };
  yield* gather(Array.from({ length: TASKS }, () => createTask(body)));
  return (1e6 * (cpuMs() - startMs)) / count;
}

export const workloads: Readonly<Record<string, Workload>> = {
  'empty-off': turns(0, false),
  'empty-on': turns(0, true),
  'work-off': turns(WORK, false),
  'work-on': turns(WORK, true),
};
