/** A million timers, set and then all cleared: the time of it and the memory they take while they are set. */
import { EventLoop } from '@oxbow/loop';
import type { Workload } from '../../harness/workload.ts';

const TIMERS = 1_000_000;
/** Due times are spread over 5 s and begin late enough that none is due before it is cleared. */
const delayMs = (index: number): number => 10_000 + (index % 5000);

const never = (): void => {};

/** Sets a timer for each place of `into`, and returns what clears them. */
type SetTimers = (into: unknown[]) => () => void;

const setNative: SetTimers = (into) => {
  const timers = into as NodeJS.Timeout[];
  for (let index = 0; index < TIMERS; index++) timers[index] = setTimeout(never, delayMs(index));
  return () => {
    for (const timer of timers) clearTimeout(timer);
  };
};

const setOurs: SetTimers = (into) => {
  const loop = new EventLoop();
  const timers = into as { cancel(): void }[];
  for (let index = 0; index < TIMERS; index++) timers[index] = loop.callLater(delayMs(index), never);
  return () => {
    for (const timer of timers) timer.cancel();
    loop.close();
  };
};

const places = (): unknown[] => new Array<unknown>(TIMERS).fill(undefined);

const time = (set: SetTimers, clock: 'cpu' | 'process'): Workload => ({
  portion: TIMERS,
  most: TIMERS,
  clock,
  run: () => set(places())(),
});

/** How much `memory` grows by timers that are set; the array of their handles is there before. */
const grownMiB = (set: SetTimers, memory: () => number): Workload => ({
  measure: () => {
    const into = places();
    globalThis.gc?.();
    const before = memory();
    const clear = set(into);
    const grown = memory() - before;
    clear();
    return grown / 2 ** 20;
  },
});

const held = (): number => {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

export const workloads: Readonly<Record<string, Workload>> = {
  'native-time': time(setNative, 'process'),
  'our-time': time(setOurs, 'process'),
  'native-thread-time': time(setNative, 'cpu'),
  'our-thread-time': time(setOurs, 'cpu'),
  'native-held': grownMiB(setNative, held),
  'our-held': grownMiB(setOurs, held),
  'native-memory': grownMiB(setNative, process.memoryUsage.rss),
  'our-memory': grownMiB(setOurs, process.memoryUsage.rss),
};
