import { assert, suite } from '@oxbow/testkit';
import { type TimerOwner, TimerSlab } from '../../src/scheduler/timer-slab.ts';

const test = suite('TimerSlab');

const owner: TimerOwner = { unlink: () => {}, released: () => {} };
const never = (): void => {};

test('is full with the last of its places, and has room again when one is released', () => {
  const slab = new TimerSlab(owner, 1, 2);
  slab.take(never, 1);
  assert.not(slab.full);
  const key = slab.newestKey;
  slab.take(never, 2);
  assert.ok(slab.full);
  assert.is(slab.live, 2);
  assert.ok(slab.clear(key));
  assert.not(slab.full);
  assert.is(slab.live, 1);
});

test('the key of a timer that is gone opens nothing, whoever has its place now', () => {
  const slab = new TimerSlab(owner, 1, 1);
  const place = slab.take(never, 1.5);
  const old = slab.newestKey;
  assert.is(slab.timeOf(old), 1.5);
  slab.release(old);
  assert.is(slab.take(never, 2.5), place);
  assert.not(slab.holds(old));
  assert.not(slab.clear(old));
  slab.release(old);
  assert.is(slab.begin(old), undefined);
  assert.ok(slab.holds(slab.newestKey));
  assert.is(slab.timeOf(slab.newestKey), 2.5);
});

test('a callback that has begun has its time until it is released, and cannot be taken back', () => {
  const slab = new TimerSlab(owner, 1, 1);
  slab.take(never, 3);
  const key = slab.newestKey;
  assert.is(slab.begin(key), never);
  assert.is(slab.begin(key), undefined);
  assert.not(slab.clear(key));
  assert.is(slab.timeOf(key), 3);
  slab.release(key);
  assert.not(slab.holds(key));
});

test('a place whose keys have run out is used no more', () => {
  const slab = new TimerSlab(owner, 1, 1);
  const uses = 2 ** 17;
  const first = slab.take(never, 0);
  let key = slab.newestKey;
  for (let use = 1; use < uses; use++) {
    slab.release(key);
    assert.is(slab.take(never, 0), first);
    assert.ok(slab.newestKey > key);
    key = slab.newestKey;
  }
  assert.is(slab.worn, 0);
  slab.release(key);
  assert.is(slab.worn, 1);
  assert.ok(slab.full);
  assert.is(slab.live, 0);
  assert.not(slab.clear(key));
});

test('what was dropped keeps no timer, and its keys open nothing', () => {
  const slab = new TimerSlab(owner, 1, 4);
  slab.take(never, 1);
  const key = slab.newestKey;
  slab.drop();
  assert.ok(slab.full);
  assert.not(slab.holds(key));
  assert.not(slab.clear(key));
  assert.is(slab.begin(key), undefined);
  slab.release(key);
  assert.is(slab.live, 0);
});

test.run();
