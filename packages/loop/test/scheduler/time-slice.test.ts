import { assert, suite } from '@oxbow/testkit';
import {
  BUDGET_MS,
  FIRST_TURNS,
  type Host,
  MOST_TURNS,
  TimeSlice,
  VIRTUAL_TURNS,
} from '../../src/scheduler/time-slice.ts';

const test = suite('TimeSlice');

class FakeHost implements Host {
  ms = 0;
  went = 0;
  looks = 0;
  now(): number {
    this.looks++;
    return this.ms;
  }
  rounds(): number {
    return this.went;
  }
}

/** Takes turns of `turnMs` until the slice is over, and gives how many. */
function turnsOf(slice: TimeSlice, host: FakeHost, turnMs: number): number {
  for (let turns = 1; ; turns++) {
    host.ms += turnMs;
    if (--slice.turnsLeft <= 0 && slice.isOver()) return turns;
  }
}

test('is over when its turns have taken the budget, short ones or long ones', () => {
  for (const turnMs of [0.000_1, 0.001, 0.01, BUDGET_MS / FIRST_TURNS]) {
    const host = new FakeHost();
    const took = turnsOf(new TimeSlice(false, host), host, turnMs) * turnMs;
    assert.ok(
      took >= BUDGET_MS - 1e-9 && took < 1.2 * BUDGET_MS,
      `turns of ${turnMs} ms went on for ${took} ms`,
    );
  }
});

test('turns that prove too long for the first portion are counted more closely the next time', () => {
  const host = new FakeHost();
  const slice = new TimeSlice(false, host);
  assert.is(turnsOf(slice, host, 2 * BUDGET_MS), FIRST_TURNS);
  slice.start();
  assert.is(turnsOf(slice, host, 2 * BUDGET_MS), 1);
  slice.start();
  assert.is(turnsOf(slice, host, BUDGET_MS / 4), 4);
});

test('looks at the clock seldom while turns are short, at least once in the largest portion', () => {
  const host = new FakeHost();
  const slice = new TimeSlice(false, host);
  host.looks = 0;
  const turnMs = BUDGET_MS / 10_000;
  const turns = turnsOf(slice, host, turnMs);
  assert.ok(host.looks >= turns / MOST_TURNS);
  assert.ok(host.looks < turns / MOST_TURNS + 16, `${host.looks} looks in ${turns} turns`);
});

test('starts anew when the host has had a turn meanwhile: time spent waiting does not count', () => {
  const host = new FakeHost();
  const slice = new TimeSlice(false, host);
  for (let request = 0; request < 100; request++) {
    host.ms += 100;
    host.went++;
    assert.not(--slice.turnsLeft <= 0 && slice.isOver());
  }
  host.ms += BUDGET_MS / 10;
  const turns = turnsOf(slice, host, BUDGET_MS / 100);
  assert.ok(turns >= 80, `${turns} turns`);
});

test('over, it stays so until the host has had its turn', () => {
  const host = new FakeHost();
  const slice = new TimeSlice(false, host);
  turnsOf(slice, host, BUDGET_MS);
  assert.ok(slice.isOver());
  slice.turnsLeft--;
  assert.ok(slice.isOver());
  host.went++;
  assert.not(slice.isOver());
  assert.is(slice.turnsLeft > 0, true);
});

test('by turns alone it asks nobody', () => {
  const host = new FakeHost();
  const slice = new TimeSlice(true, host);
  assert.is(turnsOf(slice, host, 0), VIRTUAL_TURNS);
  assert.ok(slice.isOver());
  slice.start();
  assert.is(turnsOf(slice, host, 1000), VIRTUAL_TURNS);
  assert.is(host.looks, 0);
});

test.run();
