// covers: src/call/wire.ts

import { assert, suite } from '@oxbow/testkit';
import { MAX_EVENTS, MAX_IN_FLIGHT } from '../../src/call/wire.ts';
import { SharedSlots } from '../../src/worker/shared-slots.ts';

const test = suite('shared slots');

/** Both ends of one worker's slots. */
function ends(): { pool: SharedSlots; worker: SharedSlots } {
  const pool = new SharedSlots();
  return { pool, worker: new SharedSlots(pool.buffer) };
}

test('a queued call is claimed once', () => {
  const { pool, worker } = ends();
  pool.queue(3);
  assert.not(pool.begun(3));
  assert.ok(worker.claim(3));
  assert.ok(pool.begun(3));
  assert.not(worker.claim(3));
});

test('either the pool takes a call back or the worker claims it, never both', () => {
  const { pool, worker } = ends();
  pool.queue(0);
  assert.ok(pool.takeBack(0));
  assert.not(worker.claim(0));
  assert.not(pool.begun(0));
  pool.queue(1);
  assert.ok(worker.claim(1));
  assert.not(pool.takeBack(1));
});

test('a request to cancel is seen at once, by a running call only', () => {
  const { pool, worker } = ends();
  pool.queue(0);
  pool.requestCancel(0);
  assert.not(worker.cancelRequested(0));
  worker.claim(0);
  pool.requestCancel(0);
  assert.ok(worker.cancelRequested(0));
  assert.ok(pool.begun(0));
  pool.queue(0);
  assert.not(worker.cancelRequested(0));
});

test('every slot up to the last is its own', () => {
  const { pool, worker } = ends();
  for (let slot = 0; slot < MAX_IN_FLIGHT; slot++) pool.queue(slot);
  for (let slot = 0; slot < MAX_IN_FLIGHT; slot++) assert.ok(worker.claim(slot));
});

test('a bell that rang since it was read wakes at once; otherwise the sleep ends with its time', () => {
  const { pool, worker } = ends();
  const rings = worker.rings();
  pool.ring();
  assert.ok(worker.sleep(rings, 60_000));
  assert.not(worker.sleep(worker.rings(), 1));
});

test('who listens hears a bell that rang since it was read, and gives up at the end of its time', () => {
  const { pool, worker } = ends();
  const rings = worker.rings();
  assert.not(worker.listen(rings, 0.01));
  pool.ring();
  assert.ok(worker.listen(rings, 60_000));
});

test('the pool says whether the worker waits awake', () => {
  const { pool, worker } = ends();
  assert.not(worker.awake);
  pool.keepAwake(true);
  assert.ok(worker.awake);
  pool.keepAwake(false);
  assert.not(worker.awake);
});

test('answers are counted', () => {
  const { pool, worker } = ends();
  const before = pool.answers();
  worker.countAnswer();
  assert.is(pool.answers(), before + 1);
});

test('as many events as may be on their way need no waiting, and one that was heard makes room for another', () => {
  const slots = new SharedSlots();
  for (let event = 0; event < MAX_EVENTS; event++) slots.awaitEventRoom();
  // One more would block this thread: that is tested where a thread emits.
  slots.countEventHeard();
  slots.awaitEventRoom();
});

test.run();
