// A day of waiting, in no time: on a virtual clock time jumps whenever everybody waits.
import { createTask, currentLoop, gather, run, sleep, VirtualClock } from '@oxbow/loop';

const HOUR_MS = 3_600_000;

async function patrol(name: string, everyMs: number, rounds: number): Promise<string[]> {
  const log: string[] = [];
  for (let round = 0; round < rounds; round++) {
    await sleep(everyMs);
    log.push(`${name} at ${currentLoop().time() / HOUR_MS} h`);
  }
  return log;
}

const startedMs = performance.now();
const logs = await run(
  async () =>
    gather(
      createTask(() => patrol('guard', 8 * HOUR_MS, 3)),
      createTask(() => patrol('cat', 6 * HOUR_MS, 4)),
    ),
  { clock: new VirtualClock() },
);
console.log(logs.flat().join('\n'));
console.log(performance.now() - startedMs < 5000 ? 'in no time' : 'slowly');
