import { assert, suite } from '@oxbow/testkit';
import * as fc from 'fast-check';
import type { Sleeper, TimerSlab } from '../../src/scheduler/timer-slab.ts';
import { type ReadyLine, TimerWheel } from '../../src/scheduler/timer-wheel.ts';

const test = suite('TimerWheel');

const nowhere: ReadyLine = { timerDue: () => {} };

/** A timer that logs its number. */
const probe = (id: number, log: number[]): Sleeper => ({ expire: () => log.push(id) });

/** Sets a timer, and gives what takes it back. */
function set(wheel: TimerWheel, entry: Sleeper, whenMs: number, nowMs: number): () => boolean {
  const slab = wheel.insert(entry, whenMs, nowMs);
  const key = slab.newestKey;
  return () => slab.clear(key);
}

interface Modelled {
  readonly id: number;
  readonly whenMs: number;
  readonly takeBack: () => boolean;
}

test('is a list sorted by deadline, equal ones in the order they were set; never early, whatever is taken back', () => {
  void fc.assert(
    fc.property(
      fc.array(
        fc.record({
          delayMs: fc.oneof(
            fc.double({ min: 0, max: 3, noNaN: true }),
            fc.double({ min: 0, max: 1000, noNaN: true }),
            fc.integer({ min: 0, max: 70_000 }),
            fc.integer({ min: 0, max: 2 ** 33 }),
          ),
          takenBack: fc.option(fc.nat(60)),
          stepMs: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 400, noNaN: true })),
        }),
        { maxLength: 60 },
      ),
      fc.double({ min: 0, max: 2 ** 20, noNaN: true }),
      (plan, startMs) => {
        let emptied = 0;
        const wheel = new TimerWheel(startMs, () => emptied++);
        const log: number[] = [];
        const gone: (() => boolean)[] = [];
        let nowMs = startMs;
        let model: Modelled[] = [];
        const expireUntil = (untilMs: number): void => {
          nowMs = untilMs;
          log.length = 0;
          wheel.expire(nowMs, nowhere);
          // A timer may be late, by less than the tick of 1 ms.
          const expired = model.filter(({ whenMs }) => Math.ceil(whenMs) <= nowMs);
          model = model.filter((each) => !expired.includes(each));
          assert.equal(
            log,
            expired.sort((a, b) => a.whenMs - b.whenMs || a.id - b.id).map(({ id }) => id),
          );
          gone.push(...expired.map(({ takeBack }) => takeBack));
        };
        for (const [id, { delayMs, takenBack, stepMs }] of plan.entries()) {
          const whenMs = nowMs + delayMs;
          model.push({ id, whenMs, takeBack: set(wheel, probe(id, log), whenMs, nowMs) });
          if (takenBack !== null && model.length > 0) {
            const [unlucky] = model.splice(takenBack % model.length, 1);
            assert.ok(unlucky!.takeBack());
            gone.push(unlucky!.takeBack);
          }
          for (const takeBack of gone) assert.not(takeBack());
          assert.is(wheel.empty, model.length === 0);
          if (stepMs > 0) expireUntil(nowMs + stepMs);
        }
        while (!wheel.empty) {
          const nextMs = wheel.nextMs;
          assert.ok(nextMs > nowMs - 1 && nextMs < Number.POSITIVE_INFINITY);
          expireUntil(Math.max(nowMs, nextMs));
        }
        assert.is(model.length, 0);
        assert.is(wheel.nextMs, Number.POSITIVE_INFINITY);
        assert.ok(emptied > 0 || plan.length === 0);
      },
    ),
    { numRuns: 400 },
  );
});

test('wakes up for a deadline within a millisecond of it', () => {
  const wheel = new TimerWheel(0.4, () => {});
  set(wheel, probe(0, []), 10.2, 0.4);
  assert.ok(wheel.nextMs >= 10.2 && wheel.nextMs < 11.2);
});

test('keeps timers beyond 2^31 and 2^32 ms', () => {
  for (const delayMs of [2 ** 31, 2 ** 32, 2 ** 34 + 5]) {
    const wheel = new TimerWheel(100, () => {});
    const log: number[] = [];
    set(wheel, probe(1, log), 100 + delayMs, 100);
    wheel.expire(100 + delayMs - 1, nowhere);
    assert.equal(log, []);
    wheel.expire(100 + delayMs, nowhere);
    assert.equal(log, [1]);
  }
});

test('a jump of the clock over many deadlines expires them all in order', () => {
  const wheel = new TimerWheel(0, () => {});
  const log: number[] = [];
  for (const id of [5, 3, 70_000, 1, 300]) set(wheel, probe(id, log), id, 0);
  wheel.expire(1e7, nowhere);
  assert.equal(log, [1, 3, 5, 300, 70_000]);
});

test('a timer that takes another back on its way keeps it from expiring, and what is set meanwhile waits its turn', () => {
  const wheel = new TimerWheel(0, () => {});
  const log: number[] = [];
  let takeSecondBack: () => boolean = () => false;
  const first: Sleeper = {
    expire: () => {
      assert.ok(takeSecondBack());
      // It gets a place that has just become free, and none of its time.
      set(wheel, probe(3, log), 5, 0);
      assert.equal(log, []);
    },
  };
  set(wheel, first, 5, 0);
  takeSecondBack = set(wheel, probe(2, log), 5, 0);
  wheel.expire(10, nowhere);
  assert.equal(log, [3]);
  assert.ok(wheel.empty);
});

test('says when the last timer has left', () => {
  let emptied = 0;
  const wheel = new TimerWheel(0, () => emptied++);
  const takeBack = set(wheel, probe(1, []), 4.25, 0);
  set(wheel, probe(2, []), 900, 0);
  takeBack();
  assert.is(emptied, 0);
  wheel.expire(1000, nowhere);
  assert.is(emptied, 1);
});

test('taking back twice is harmless, and clear drops all', () => {
  const wheel = new TimerWheel(0, () => {});
  const takeBack = set(wheel, probe(1, []), 5, 0);
  assert.ok(takeBack());
  assert.not(takeBack());
  assert.ok(wheel.empty);
  const late = [1, 1000, 2 ** 33].map((delayMs) => set(wheel, probe(1, []), delayMs, 0));
  wheel.clear();
  assert.ok(wheel.empty);
  assert.is(wheel.slabs, 0);
  for (const each of late) assert.not(each());
  set(wheel, probe(1, []), 5, 0);
  assert.not(wheel.empty);
});

/** Places of the slabs in the order they are made. */
const PLACES = [256, 1024, 4096, 16_384, 16_384];

test('makes a slab when those before are full, one timer past their end', () => {
  const wheel = new TimerWheel(0, () => {});
  const log: number[] = [];
  let id = 0;
  assert.is(wheel.slabs, 0);
  for (const [before, places] of PLACES.entries()) {
    for (let place = 0; place < places; place++) {
      set(wheel, probe(id++, log), 10, 0);
      assert.is(wheel.slabs, before + 1);
    }
  }
  wheel.expire(10, nowhere);
  assert.equal(
    log,
    Array.from({ length: id }, (_, index) => index),
  );
});

test('gives slabs back when they are empty, all but one', () => {
  const wheel = new TimerWheel(0, () => {});
  const total = PLACES.reduce((sum, places) => sum + places);
  const takeBack = Array.from({ length: total }, (_, id) => set(wheel, probe(id, []), 10 + (id % 700), 0));
  assert.is(wheel.slabs, PLACES.length);
  for (const each of takeBack) assert.ok(each());
  assert.is(wheel.slabs, 1);
  for (const each of takeBack) assert.not(each());
});

test('a timer more or less at the end of a slab makes and drops none', () => {
  const wheel = new TimerWheel(0, () => {});
  for (let id = 0; id < PLACES[0]!; id++) set(wheel, probe(id, []), 10, 0);
  const slabs = new Set<TimerSlab>();
  for (let round = 0; round < 5; round++) {
    const slab = wheel.insert(probe(0, []), 10, 0);
    slabs.add(slab);
    assert.ok(slab.clear(slab.newestKey));
  }
  assert.is(slabs.size, 1);
});

test('uses free places of older slabs before it makes another', () => {
  const wheel = new TimerWheel(0, () => {});
  const takeBack = Array.from({ length: PLACES[0]! + PLACES[1]! }, (_, id) =>
    set(wheel, probe(id, []), 10, 0),
  );
  for (const each of takeBack.slice(0, 100)) each();
  for (let id = 0; id < 100; id++) set(wheel, probe(id, []), 10, 0);
  assert.is(wheel.slabs, 2);
  set(wheel, probe(0, []), 10, 0);
  assert.is(wheel.slabs, 3);
});

test.run();
