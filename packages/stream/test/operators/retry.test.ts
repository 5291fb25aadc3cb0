// covers: src/operators/clock.ts, src/operators/retry.ts

import { createTask, run, sleep, VirtualClock } from '@oxbow/loop';
import { loopScheduler, retry, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import * as rx from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('retry');

test('does what its drawing shows', () =>
  assertDrawing('retry', ({ source }) => source.pipe(retry({ count: 2, delay: 2 }))));

const inVirtualTime = <T>(main: () => Promise<T>): Promise<T> => run(main, { clock: new VirtualClock() });

/** Emits its values at its times, in ms since the subscription. */
function _at(...timed: ReadonlyArray<readonly [number, string | Error]>): Stream<string> {
  return new Stream<string>((out) => {
    const task = createTask(async () => {
      let nowMs = 0;
      for (const [timeMs, value] of timed) {
        await sleep(timeMs - nowMs);
        nowMs = timeMs;
        if (value instanceof Error) out.error(value);
        else if (value === '|') out.complete();
        else out.next(value);
      }
    });
    return () => {
      task.cancel();
    };
  });
}

test('retry subscribes again, as often as told, and then lets the error through', async () => {
  let subscriptions = 0;
  const failing = new Stream<number>((out) => {
    out.next(++subscriptions);
    out.error(new Error(`no ${subscriptions}`));
  });
  const seen: unknown[] = [];
  await failing
    .pipe(retry(2))
    .forEach((value) => {
      seen.push(value);
    })
    .catch((error: Error) => seen.push(error.message));
  assert.equal(seen, [1, 2, 3, 'no 3']);
});

test('retry waits: a fixed time, a growing one, or for a stream', async () => {
  await inVirtualTime(async () => {
    const timesOf = async (config: Parameters<typeof retry>[0]): Promise<number[]> => {
      const times: number[] = [];
      const clock = Date.now;
      void clock;
      const failing = new Stream<number>((out) => {
        times.push(loopScheduler.now());
        out.error(new Error('again'));
      });
      await failing
        .pipe(retry(config))
        .collect()
        .catch(() => {});
      const startMs = times[0] ?? 0;
      return times.map((time) => Math.round(time - startMs));
    };
    assert.equal(await timesOf({ count: 2, delay: 50 }), [0, 50, 100]);
    const backoff = { baseMs: 100, factor: 2, maxMs: 300, random: () => 1 };
    assert.equal(await timesOf({ count: 4, backoff }), [0, 100, 300, 600, 900]);
    assert.equal(await timesOf({ backoff: { ...backoff, maxAttempts: 2 } }), [0, 100, 300]);
    assert.equal(
      await timesOf({ count: 2, delay: (_error, attempt) => rx.timer(attempt * 10, loopScheduler) }),
      [0, 10, 30],
    );
  });
});

test('retry with resetOnSuccess counts failures in a row', async () => {
  let subscriptions = 0;
  const failing = new Stream<number>((out) => {
    out.next(++subscriptions);
    if (subscriptions < 6) out.error(new Error('again'));
    else out.complete();
  });
  assert.is((await failing.pipe(retry({ count: 1, resetOnSuccess: true })).collect()).length, 6);
});

test('retry in a row of failures at once does not recurse', async () => {
  let subscriptions = 0;
  const failing = new Stream<number>((out) => {
    if (++subscriptions < 50_000) out.error(new Error('again'));
    else out.complete();
  });
  assert.equal(await failing.pipe(retry()).collect(), []);
});

test('leaving during the pause of a retry ends it', async () => {
  await inVirtualTime(async () => {
    let subscriptions = 0;
    const failing = new Stream<number>((out) => {
      subscriptions++;
      out.error(new Error('again'));
    });
    const subscription = failing.pipe(retry({ delay: 50 })).subscribe();
    await sleep(10);
    subscription.unsubscribe();
    await sleep(500);
    assert.is(subscriptions, 1);
  });
});

test('retry takes a delay below 0 for none, on every clock', async () => {
  const failing = (): { readonly stream: Stream<number>; readonly attempts: () => number } => {
    let attempts = 0;
    const stream = new Stream<number>((out) => {
      if (++attempts < 4) out.error(new Error('no'));
      else out.complete();
    });
    return { stream, attempts: () => attempts };
  };
  const real = failing();
  await inVirtualTime(() => real.stream.pipe(retry({ delay: -100 })).collect());
  assert.is(real.attempts(), 4);
  const virtual = failing();
  new TestScheduler(assert.equal).run(({ expectObservable }) => {
    expectObservable(virtual.stream.pipe(retry({ delay: -100 }))).toBe('|');
  });
  assert.is(virtual.attempts(), 4);
});

test('takes a delay or a backoff, and no waits below 0', () => {
  assert.throws(() => retry({ delay: 1, backoff: true }), /not both/);
  assert.throws(() => retry({ backoff: { baseMs: -1 } }), /baseMs must be .* got -1/);
});

test.run();
