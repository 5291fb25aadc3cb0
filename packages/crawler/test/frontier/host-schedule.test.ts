import { assert, suite } from '@oxbow/testkit';
import { type HostLimits, HostSchedule } from '../../src/frontier/host-schedule.ts';

const LIMITS: HostLimits = {
  delayMs: 0,
  maxInFlightPerHost: 1,
  maxInFlightUndelayed: 2,
  maxInFlightOf: () => undefined,
};

/** A schedule with items `host/id` for each name given. */
function scheduleOf(limits: Partial<HostLimits>, ...names: string[]) {
  const schedule = new HostSchedule<{ id: number; priority: number; depth: number; name: string }>({
    ...LIMITS,
    ...limits,
  });
  for (const [id, name] of names.entries())
    schedule.enqueue(schedule.host(name), { id, priority: 0, depth: 0, name: `${name}${id}` });
  return { schedule, take: (nowMs = 0) => schedule.take(nowMs)?.item.name };
}

const test = suite('HostSchedule');
test('takes hosts in turns, and as many of one as its limit allows', () => {
  const { schedule, take } = scheduleOf({}, 'a', 'a', 'a', 'b');
  assert.equal([take(), take(), take(), take()], ['a0', 'b3', 'a1', undefined]);
  schedule.ended(schedule.host('a'), 0);
  assert.is(take(), 'a2');
});
test('takes higher priorities first, then lower depths, then lower ids', () => {
  const { schedule, take } = scheduleOf({ maxInFlightUndelayed: 9 });
  const host = schedule.host('a');
  for (const [id, [priority, depth]] of [
    [0, 2],
    [0, 1],
    [1, 9],
    [0, 1],
  ].entries())
    schedule.enqueue(host, { id, priority: priority!, depth: depth!, name: `a${id}` });
  assert.equal([take(), take(), take(), take()], ['a2', 'a1', 'a3', 'a0']);
});
test('counts the delay from the end of a request', () => {
  const { schedule, take } = scheduleOf({ delayMs: 10 }, 'a', 'a');
  assert.is(take(0), 'a0');
  assert.is(schedule.nextDueAtMs(), Number.POSITIVE_INFINITY);
  schedule.ended(schedule.host('a'), 4);
  assert.is(schedule.nextDueAtMs(), 14);
  assert.is(take(13), undefined);
  assert.is(take(14), 'a1');
});
test('counts the delay from start to start where several requests are allowed', () => {
  const { take } = scheduleOf({ delayMs: 10, maxInFlightPerHost: 2 }, 'a', 'a');
  assert.equal([take(0), take(9), take(10)], ['a0', undefined, 'a1']);
});
test('keeps to a delay that was changed while a host waits, longer or shorter', () => {
  const { schedule, take } = scheduleOf({ delayMs: 10 }, 'a', 'a', 'a');
  const host = schedule.host('a');
  take(0);
  schedule.ended(host, 0);
  schedule.delay(host, 3, 1);
  assert.is(take(4), 'a1');
  schedule.delay(host, 50, 4);
  schedule.ended(host, 5);
  assert.is(schedule.nextDueAtMs(), 55);
});
test('lists the longest queues first', () => {
  const { schedule } = scheduleOf({}, 'a', 'b', 'b');
  assert.equal(
    schedule.statistics().map(({ host, queued }) => [host, queued]),
    [
      ['b', 2],
      ['a', 1],
    ],
  );
});
test.run();
