// A million timers set and cleared, and the memory they take while they are set.
import { EventLoop } from '@oxbow/loop';
import { measure } from './measure.ts';

const TIMERS = 1_000_000;
const LONGEST_MS = 5000;

const never = (): void => {};

await measure('a timer set, and cleared when all are', [
  {
    name: 'setTimeout',
    operations: TIMERS,
    run: async () => {
      const timers = Array.from({ length: TIMERS }, (_, index) =>
        setTimeout(never, 1000 + (index % LONGEST_MS)),
      );
      for (const timer of timers) clearTimeout(timer);
    },
  },
  {
    name: 'callLater',
    operations: TIMERS,
    run: async () => {
      const loop = new EventLoop();
      const timers = Array.from({ length: TIMERS }, (_, index) =>
        loop.callLater(1000 + (index % LONGEST_MS), never),
      );
      for (const timer of timers) timer.cancel();
      loop.close();
    },
  },
]);

await measure('a timer set and cleared at once', [
  {
    name: 'setTimeout',
    operations: TIMERS,
    run: async () => {
      for (let index = 0; index < TIMERS; index++)
        clearTimeout(setTimeout(never, 1000 + (index % LONGEST_MS)));
    },
  },
  {
    name: 'callLater',
    operations: TIMERS,
    run: async () => {
      const loop = new EventLoop();
      for (let index = 0; index < TIMERS; index++)
        loop.callLater(1000 + (index % LONGEST_MS), never).cancel();
      loop.close();
    },
  },
]);

if (globalThis.gc === undefined) console.log('memory: run with node --expose-gc');
else {
  const loop = new EventLoop();
  const timers = new Array(TIMERS);
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < TIMERS; index++)
    timers[index] = loop.callLater(1000 + (index % LONGEST_MS), never);
  globalThis.gc();
  const used = process.memoryUsage().heapUsed - before;
  console.log(`memory of ${TIMERS} timers: ${(used / 2 ** 20).toFixed(0)} MiB`);
  for (const timer of timers) timer.cancel();
  loop.close();
}
