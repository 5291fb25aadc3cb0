/** A million timers, set and then all cleared: the time of it and the memory they take while they are set. */
import { EventLoop } from '@oxbow/loop';
import type { Workload } from '../../harness/workload.ts';

const TIMERS = 1_000_000;
/** Due times are spread over 5 s and begin late enough that none is due before it is cleared. */
const delayMs = (index: number): number => 10_000 + (index % 5000);

const never = (): void => {};

function setNative(): () => void {
  const timers = Array.from({ length: TIMERS }, (_, index) => setTimeout(never, delayMs(index)));
  return () => {
    for (const timer of timers) clearTimeout(timer);
  };
}

function setOurs(): () => void {
  const loop = new EventLoop();
  const timers = Array.from({ length: TIMERS }, (_, index) => loop.callLater(delayMs(index), never));
  return () => {
    for (const timer of timers) timer.cancel();
    loop.close();
  };
}

const time = (set: () => () => void): Workload => ({ portion: TIMERS, most: TIMERS, run: () => set()() });

const grownMiB = (set: () => () => void): Workload => ({
  measure: () => {
    globalThis.gc?.();
    const before = process.memoryUsage.rss();
    const clear = set();
    const grown = process.memoryUsage.rss() - before;
    clear();
    return grown / 2 ** 20;
  },
});

export const workloads: Readonly<Record<string, Workload>> = {
  'native-time': time(setNative),
  'our-time': time(setOurs),
  'native-memory': grownMiB(setNative),
  'our-memory': grownMiB(setOurs),
};
