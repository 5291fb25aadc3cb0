// A million seeded schedules over all primitives: `node test/soak/schedules.soak.ts [count] [first seed]`.
// A failure prints its seed, the result is kept in .results/schedules-soak.json; `node test/soak/schedules.soak.ts 1 <seed>` runs that schedule again, step for step.

import { mkdirSync, writeFileSync } from 'node:fs';
import { runInOrder } from './order.ts';
import { runSchedule } from './schedule.ts';

const DEFAULT_COUNT = 1_000_000;
const PROGRESS_EVERY = 50_000;

const count = Number(process.argv[2] ?? DEFAULT_COUNT);
const first = Number(process.argv[3] ?? 1);
const startedMs = performance.now();
let failures = 0;

for (let index = 0; index < count; index++) {
  try {
    await runSchedule(first + index);
    await runInOrder(first + index);
  } catch (error) {
    failures++;
    console.log((error as Error).message);
  }
  if ((index + 1) % PROGRESS_EVERY === 0) {
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
    console.log(`${index + 1} of ${count} schedules, ${failures} failures, ${seconds} s`);
  }
}

const folder = new URL('../../.results/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(
  new URL('schedules-soak.json', folder),
  JSON.stringify({
    count,
    first,
    failures,
    seconds: Math.round((performance.now() - startedMs) / 1000),
    node: process.version,
    at: new Date().toISOString(),
  }),
);
console.log(`${count} schedules from seed ${first}: ${failures} failures`);
process.exitCode = failures === 0 ? 0 : 1;
