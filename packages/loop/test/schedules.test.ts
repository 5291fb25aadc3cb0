// covers: src/index.ts

// All primitives together, under seeded schedules; the million of them is in test/soak.

import { suite } from '@oxbow/testkit';
import { runInOrder } from './soak/order.ts';
import { runCancelledAfter, runSchedule, STEP_KINDS } from './soak/schedule.ts';

const SEEDS = 3000;
const ORDER_SEEDS = 500;
const MOST_TURNS = 12;
const SEEDS_PER_CASE = 3;

const test = suite('schedules');

test(`nothing is lost, doubled, held or stuck under the seeds 1 to ${SEEDS}`, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) await runSchedule(seed);
});

test(`who asked first is served first under the seeds 1 to ${ORDER_SEEDS}`, async () => {
  for (let seed = 1; seed <= ORDER_SEEDS; seed++) await runInOrder(seed);
});

test('every kind of wait, in both forms, survives a cancel at each of its steps', async () => {
  for (let kind = 0; kind < STEP_KINDS; kind++) {
    for (const asGenerator of [false, true]) {
      for (let turns = 0; turns <= MOST_TURNS; turns++) {
        for (let seed = 1; seed <= SEEDS_PER_CASE; seed++)
          await runCancelledAfter(kind, asGenerator, turns, seed);
      }
    }
  }
});

test.run();
