import { assert, suite } from '@oxbow/testkit';
import * as fc from 'fast-check';
import {
  clearTimer,
  type ReadyLine,
  setTime,
  type Timer,
  TimerWheel,
  timeOf,
} from '../../src/scheduler/timer-wheel.ts';

const test = suite('TimerWheel');

interface Probe extends Timer {
  readonly id: number;
  readonly whenMs: number;
}

const nowhere: ReadyLine = { ready: () => {} };

function probe(id: number, whenMs: number, log: number[]): Probe {
  const timer = {
    id,
    whenMs,
    tick: 0,
    earlierMicros: 0,
    nextTimer: undefined,
    previousTimer: undefined,
    expire: () => log.push(id),
  };
  setTime(timer, whenMs);
  return { ...timer, whenMs: timeOf(timer) };
}

test('expires in the order of the deadlines, equal ones in the order they were set, never early', () => {
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
          removed: fc.boolean(),
          stepMs: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 400, noNaN: true })),
        }),
        { maxLength: 60 },
      ),
      fc.double({ min: 0, max: 2 ** 20, noNaN: true }),
      (plan, startMs) => {
        const wheel = new TimerWheel(startMs, () => {});
        const log: number[] = [];
        let nowMs = startMs;
        const live: Probe[] = [];
        let expected: number[] = [];
        const expireUntil = (untilMs: number): void => {
          nowMs = untilMs;
          wheel.expire(nowMs, nowhere);
          const due = live.filter((each) => each.nextTimer === undefined && !expected.includes(each.id));
          for (const each of due) assert.ok(each.whenMs <= nowMs, `early: ${each.whenMs} at ${nowMs}`);
          expected = [
            ...expected,
            ...due.sort((a, b) => a.whenMs - b.whenMs || a.id - b.id).map((each) => each.id),
          ];
          assert.equal(log, expected);
        };
        for (const [id, { delayMs, removed, stepMs }] of plan.entries()) {
          const timer = probe(id, nowMs + delayMs, log);
          wheel.insert(timer, nowMs);
          if (removed) clearTimer(timer);
          else live.push(timer);
          if (stepMs > 0) expireUntil(nowMs + stepMs);
        }
        while (!wheel.empty) {
          const nextMs = wheel.nextMs;
          assert.ok(nextMs > nowMs - 1 && nextMs < Number.POSITIVE_INFINITY);
          expireUntil(Math.max(nowMs, nextMs));
        }
        assert.is(log.length, live.length);
        assert.is(wheel.nextMs, Number.POSITIVE_INFINITY);
      },
    ),
    { numRuns: 400 },
  );
});

test('wakes up for a deadline within a millisecond of it', () => {
  const wheel = new TimerWheel(0.4, () => {});
  wheel.insert(probe(0, 10.2, []), 0.4);
  assert.ok(wheel.nextMs >= 10.2 && wheel.nextMs < 11.2);
});

test('keeps timers beyond 2^31 and 2^32 ms', () => {
  for (const delayMs of [2 ** 31, 2 ** 32, 2 ** 34 + 5]) {
    const wheel = new TimerWheel(100, () => {});
    const log: number[] = [];
    wheel.insert(probe(1, 100 + delayMs, log), 100);
    wheel.expire(100 + delayMs - 1, nowhere);
    assert.equal(log, []);
    wheel.expire(100 + delayMs, nowhere);
    assert.equal(log, [1]);
  }
});

test('a jump of the clock over many deadlines expires them all in order', () => {
  const wheel = new TimerWheel(0, () => {});
  const log: number[] = [];
  for (const id of [5, 3, 70_000, 1, 300]) wheel.insert(probe(id, id, log), 0);
  wheel.expire(1e7, nowhere);
  assert.equal(log, [1, 3, 5, 300, 70_000]);
});

test('a timer that removes another on its way keeps it from expiring', () => {
  const wheel = new TimerWheel(0, () => {});
  const log: number[] = [];
  const second = probe(2, 5, log);
  const first: Timer = { ...probe(1, 5, log), expire: () => clearTimer(second) };
  wheel.insert(first, 0);
  wheel.insert(second, 0);
  wheel.expire(10, nowhere);
  assert.equal(log, []);
  assert.ok(wheel.empty);
});

test('a time is kept to the microsecond, and says when the last timer has left', () => {
  let emptied = 0;
  const wheel = new TimerWheel(0, () => emptied++);
  const timer = probe(1, 4.25, []);
  assert.equal([timer.tick, timer.earlierMicros, timer.whenMs], [5, 750, 4.25]);
  assert.is(probe(1, 7, []).whenMs, 7);
  wheel.insert(timer, 0);
  wheel.insert(probe(2, 900, []), 0);
  clearTimer(timer);
  assert.is(emptied, 0);
  wheel.expire(1000, nowhere);
  assert.is(emptied, 1);
});

test('removing twice is harmless, and clear drops all', () => {
  const wheel = new TimerWheel(0, () => {});
  const timer = probe(1, 5, []);
  wheel.insert(timer, 0);
  clearTimer(timer);
  clearTimer(timer);
  assert.ok(wheel.empty);
  for (const delayMs of [1, 1000, 2 ** 33]) wheel.insert(probe(1, delayMs, []), 0);
  wheel.clear();
  assert.ok(wheel.empty);
});

test.run();
