// covers: src/scheduler/handle.ts, src/scheduler/clock.ts, src/scheduler/context.ts, src/scheduler/registry.ts

import { assert, suite } from '@oxbow/testkit';
import {
  checkpoint,
  createTask,
  currentLoop,
  EventLoop,
  Future,
  Queue,
  run,
  sleep,
  VirtualClock,
} from '../../src/index.ts';
import { virtually } from '../forms.ts';

const test = suite('EventLoop');

test('callSoon runs on a later turn, in order, with its arguments', async () => {
  await virtually(async () => {
    const log: number[] = [];
    const loop = currentLoop();
    loop.callSoon((a: number, b: number) => log.push(a, b), 1, 2);
    const unwanted = loop.callSoon(() => log.push(-1));
    loop.callSoon(() => log.push(3));
    unwanted.cancel();
    assert.ok(unwanted.cancelled);
    assert.equal(log, []);
    await checkpoint();
    assert.equal(log, [1, 2, 3]);
  });
});

test('callLater and callAt run in the order of their times, equal ones in the order they were set', async () => {
  await virtually(async () => {
    const log: string[] = [];
    const loop = currentLoop();
    loop.callLater(10, () => log.push('10 first'));
    loop.callAt(5, (name: string) => log.push(name), 'at 5');
    loop.callLater(10, () => log.push('10 second'));
    const handle = loop.callLater(1, () => log.push('never'));
    assert.is(handle.whenMs, 1);
    handle.cancel();
    handle.cancel();
    await sleep(20);
    assert.equal(log, ['at 5', '10 first', '10 second']);
    assert.is(loop.time(), 20);
  });
});

test('a handle that is kept takes back no other timer, however soon its place is used again', async () => {
  await virtually(async () => {
    const log: string[] = [];
    const loop = currentLoop();
    const ran = loop.callLater(0.75, () => log.push('first'));
    const takenBack = loop.callLater(1, () => log.push('never'));
    assert.is(ran.whenMs, 0.75);
    takenBack.cancel();
    await sleep(2);
    const later = [loop.callLater(1, () => log.push('second')), loop.callLater(1, () => log.push('third'))];
    ran.cancel();
    takenBack.cancel();
    assert.not(ran.cancelled);
    assert.ok(takenBack.cancelled);
    assert.equal([ran.whenMs, takenBack.whenMs], [1, 1]);
    assert.equal(
      later.map((handle) => handle.whenMs),
      [3, 3],
    );
    await sleep(2);
    assert.equal(log, ['first', 'second', 'third']);
  });
});

test('a timer that is due can be taken back until its turn, and its callback knows when it was due', async () => {
  await virtually(async () => {
    const log: unknown[] = [];
    const loop = currentLoop();
    const first = loop.callLater(1, () => {
      second.cancel();
      first.cancel();
      log.push(first.whenMs, first.cancelled, second.cancelled);
    });
    const second = loop.callLater(1, () => log.push('never'));
    await sleep(2);
    assert.equal(log, [1, false, true]);
  });
});

test('a timer for never takes no place, and can be taken back', async () => {
  await virtually(async () => {
    const handle = currentLoop().callLater(Number.POSITIVE_INFINITY, () => {});
    assert.is(handle.whenMs, Number.POSITIVE_INFINITY);
    assert.not(handle.cancelled);
    handle.cancel();
    assert.ok(handle.cancelled);
  });
});

test('a callback that fails is reported, and the loop goes on', async () => {
  await virtually(async () => {
    const reports: string[] = [];
    const log: string[] = [];
    const loop = currentLoop();
    loop.onUnhandled = ({ message, error }) => reports.push(`${message}: ${String(error)}`);
    loop.callSoon(() => {
      throw new Error('oops');
    });
    loop.callSoon(() => log.push('next'));
    await checkpoint();
    assert.equal(reports, ['A callback failed: Error: oops']);
    assert.equal(log, ['next']);
  });
});

test('callbacks belong to no task, and find their loop', async () => {
  await virtually(async () => {
    const { currentTask } = await import('../../src/index.ts');
    const loop = currentLoop();
    const seen: unknown[] = [];
    loop.callSoon(() => seen.push(currentTask(), currentLoop() === loop));
    loop.callLater(1, () => seen.push(currentTask(), currentLoop() === loop));
    await sleep(5);
    assert.equal(seen, [undefined, true, undefined, true]);
  });
});

test('a callback may schedule more from within, and waits its turn', async () => {
  await virtually(async () => {
    const log: string[] = [];
    const loop = currentLoop();
    loop.callSoon(() => {
      log.push('first');
      loop.callSoon(() => log.push('from within'));
    });
    loop.callSoon(() => log.push('second'));
    await sleep(1);
    assert.equal(log, ['first', 'second', 'from within']);
  });
});

test('tasks that never stop leave the host its share', async () => {
  let hostTurns = 0;
  const interval = setInterval(() => hostTurns++, 1);
  await run(async () => {
    let stop = false;
    createTask(function* () {
      while (!stop) yield* checkpoint();
    });
    createTask(async () => {
      while (!stop) await checkpoint();
    });
    while (hostTurns < 5) await sleep(1);
    stop = true;
  });
  clearInterval(interval);
  assert.ok(hostTurns >= 5);
});

test('so do tasks that only ever await what is there already', async () => {
  let hostTurns = 0;
  const interval = setInterval(() => hostTurns++, 1);
  await run(async () => {
    const there = new Future<number>();
    there.setResult(1);
    const queue = new Queue<number>({ maxSize: 1 });
    createTask(async () => {
      for (let item = 0; hostTurns < 5; item++) await queue.put(item);
    });
    createTask(async () => {
      while (hostTurns < 5) await queue.get();
    });
    while (hostTurns < 5) await there;
  });
  clearInterval(interval);
  assert.ok(hostTurns >= 5);
});

test('so do callbacks that only ever fail', async () => {
  let hostTurns = 0;
  const interval = setInterval(() => hostTurns++, 1);
  await run(async () => {
    const loop = currentLoop();
    loop.onUnhandled = () => {};
    const failing = (): void => {
      if (hostTurns < 5) loop.callSoon(failing);
      throw new Error('again');
    };
    loop.callSoon(failing);
    while (hostTurns < 5) await sleep(1);
  });
  clearInterval(interval);
  assert.ok(hostTurns >= 5);
});

test('and sockets: what the host does between two slices is one round of its loop', async () => {
  const { nodeTiming } = performance as unknown as { nodeTiming: { uvMetricsInfo: { loopCount: number } } };
  const rounds = (): number => nodeTiming.uvMetricsInfo.loopCount;
  const first = rounds();
  await run(function* () {
    while (rounds() < first + 5) yield* checkpoint();
  });
  assert.ok(rounds() >= first + 5);
});

test('a loop inside a loop: run() within a task has its own, and the outer one goes on', async () => {
  await virtually(async () => {
    const outer = currentLoop();
    const ticks: number[] = [];
    const ticking = createTask(async () => {
      for (let tick = 0; tick < 3; tick++) {
        await sleep(1);
        ticks.push(tick);
      }
    });
    const inner = await run(
      async () => {
        await sleep(1_000_000);
        return currentLoop();
      },
      { clock: new VirtualClock() },
    );
    assert.is.not(inner, outer);
    assert.is(currentLoop(), outer);
    await ticking;
    assert.equal(ticks, [0, 1, 2]);
  });
});

test('stop pauses after the present turn; something new starts it again', async () => {
  const loop = new EventLoop({ clock: new VirtualClock() });
  const log: string[] = [];
  loop.callSoon(() => {
    log.push('one');
    loop.stop();
  });
  loop.callSoon(() => log.push('two'));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(log, ['one']);
  loop.callSoon(() => log.push('three'));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(log, ['one', 'two', 'three']);
});

test('closed, it drops its timers and refuses more', async () => {
  const loop = new EventLoop({ clock: new VirtualClock() });
  let ran = false;
  loop.callLater(1, () => (ran = true));
  loop.close();
  loop.close();
  assert.ok(loop.closed);
  const other = new EventLoop({ clock: new VirtualClock() });
  await new Promise((resolve) => other.callLater(2, resolve as () => void));
  other.close();
  assert.not(ran);
  assert.throws(() => loop.callSoon(() => {}), /This event loop is closed/);
  assert.throws(() => loop.callLater(1, () => {}), /This event loop is closed/);
});

test('resources registered with onClose are closed, the newest first, and failures are reported', async () => {
  const log: string[] = [];
  await run(async () => {
    const loop = currentLoop();
    loop.onUnhandled = ({ error }) => log.push(String(error));
    loop.onClose(() => log.push('oldest'));
    loop.onClose(async () => {
      await sleep(1);
      throw new Error('newest');
    });
    loop.onClose(() => log.push('never'))();
  });
  assert.equal(log, ['Error: newest', 'oldest']);
});

test('refuses what is not a time', () => {
  const loop = new EventLoop();
  assert.throws(
    () => loop.callLater(Number.NaN, () => {}),
    /callLater\(\) takes a number of milliseconds, got NaN/,
  );
  assert.throws(() => loop.callAt(Number.NaN, () => {}), /callAt\(\) takes a number of milliseconds/);
  assert.throws(() => new EventLoop({ clok: 1 } as never), /did you mean "clock"/);
});

test('refuses at the door a limit that is none and a clock that is none', async () => {
  for (const slowCallbackMs of [0, -1, Number.NaN, '100' as never]) {
    assert.throws(
      () => new EventLoop({ slowCallbackMs }),
      /slowCallbackMs takes a number of milliseconds above 0/,
    );
  }
  const loop = new EventLoop();
  assert.throws(() => {
    loop.slowCallbackMs = -1;
  }, /above 0, got -1/);
  assert.is(loop.slowCallbackMs, 100);
  for (const clock of [5, null, {}]) {
    assert.throws(() => new EventLoop({ clock: clock as never }), /clock takes a Clock/);
  }
  assert.throws(() => new EventLoop({ onReport: 'console' as never }), /onReport takes a function/);
});

test('Infinity is never, and keeps nothing alive', async () => {
  const loop = new EventLoop();
  const handle = loop.callLater(Number.POSITIVE_INFINITY, () => {});
  handle.cancel();
  assert.ok(handle.cancelled);
});

test('refuses what is not a function', () => {
  const loop = new EventLoop();
  assert.throws(() => loop.callSoon(undefined as never), /The loop calls functions, got undefined/);
  assert.throws(() => loop.callLater(1, 'later' as never), /The loop calls functions, got 'later'/);
});

test('a time that has passed is as soon as possible', async () => {
  await virtually(async () => {
    const log: string[] = [];
    currentLoop().callAt(-5, () => log.push('past'));
    currentLoop().callLater(-5, () => log.push('late'));
    await sleep(1);
    assert.equal(log, ['past', 'late']);
  });
});

test.run();
