import { run, sleep, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { currentDeadlines, type Watched } from '../../src/session/deadlines.ts';

const test = suite('deadlines');

class Alarm implements Watched {
  dueMs: number;
  previousLinked: Watched | undefined = undefined;
  nextLinked: Watched | undefined = undefined;
  readonly rings: number[] = [];

  constructor(dueMs: number) {
    this.dueMs = dueMs;
  }

  onDue(nowMs: number): void {
    this.rings.push(nowMs);
    this.dueMs = Number.POSITIVE_INFINITY;
  }
}

const virtually = (body: () => Promise<void>) => run(body, { clock: new VirtualClock() });

test('each one is told at its time, whatever the order', () =>
  virtually(async () => {
    const deadlines = currentDeadlines();
    const alarms = [300, 100, 200].map((ms) => new Alarm(ms));
    for (const alarm of alarms) deadlines.add(alarm);
    await sleep(400);
    assert.equal(
      alarms.map((alarm) => alarm.rings),
      [[300], [100], [200]],
    );
    for (const alarm of alarms) deadlines.remove(alarm);
  }));

test('a later time holds, and an earlier one too', () =>
  virtually(async () => {
    const deadlines = currentDeadlines();
    const later = new Alarm(100);
    const earlier = new Alarm(500);
    deadlines.add(later);
    deadlines.add(earlier);
    deadlines.set(later, 300);
    deadlines.set(earlier, 50);
    await sleep(400);
    assert.equal(later.rings, [300]);
    assert.equal(earlier.rings, [50]);
    deadlines.remove(later);
    deadlines.remove(earlier);
  }));

test('what was removed is not told, and removing again is harmless', () =>
  virtually(async () => {
    const deadlines = currentDeadlines();
    const [a, b, c] = [new Alarm(10), new Alarm(20), new Alarm(30)];
    for (const alarm of [a, b, c]) deadlines.add(alarm);
    deadlines.remove(b);
    deadlines.remove(b);
    await sleep(40);
    assert.equal(
      [a, b, c].map((alarm) => alarm.rings.length),
      [1, 0, 1],
    );
    deadlines.remove(a);
    deadlines.remove(c);
  }));

test('with nothing left to watch no timer is left either', async () => {
  const clock = new VirtualClock({ autoJump: true });
  await run(
    async () => {
      const deadlines = currentDeadlines();
      const alarm = new Alarm(1_000_000);
      deadlines.add(alarm);
      deadlines.remove(alarm);
      await sleep(5);
      assert.is(clock.now(), 5);
    },
    { clock },
  );
});

test('a loop that has ended keeps no time, and that is no error', async () => {
  const deadlines = await run(async () => currentDeadlines());
  const alarm = new Alarm(5);
  deadlines.add(alarm);
  deadlines.set(alarm, 1);
  deadlines.remove(alarm);
  assert.equal(alarm.rings, []);
});

test.run();
