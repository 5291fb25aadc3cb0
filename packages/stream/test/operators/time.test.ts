// covers: src/operators/batch.ts, src/operators/meter.ts, src/operators/retry.ts, src/operators/timeout.ts
/** The operators that wait, on a clock that jumps when all wait. */
import { createTask, run, sleep, VirtualClock } from '@oxbow/loop';
import {
  batch,
  loopScheduler,
  type MeterReading,
  meter,
  rateLimit,
  retry,
  Stream,
  timeout,
} from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import * as rx from 'rxjs';
import { TestScheduler } from 'rxjs/testing';

const test = suite('operators on the clock of the loop');

const inVirtualTime = <T>(main: () => Promise<T>): Promise<T> => run(main, { clock: new VirtualClock() });

/** Emits its values at its times, in ms since the subscription. */
function at(...timed: ReadonlyArray<readonly [number, string | Error]>): Stream<string> {
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

const codeOf = (error: unknown): unknown => (error as { code?: string }).code;

test('timeout fails with the TimeoutError of the loop after a silence, counted from value to value', async () => {
  await inVirtualTime(async () => {
    assert.equal(await at([90, 'a'], [180, 'b'], [270, '|']).pipe(timeout(100)).collect(), ['a', 'b']);
    const silent = at([90, 'a'], [200, 'b']).pipe(timeout(100));
    assert.is(await silent.collect().catch(codeOf), 'ERR_OXBOW_LOOP_TIMEOUT');
  });
});

test('timeout({ first }) watches over the first value only', async () => {
  await inVirtualTime(async () => {
    assert.equal(
      await at([10, 'a'], [900, 'b'], [901, '|'])
        .pipe(timeout({ first: 50 }))
        .collect(),
      ['a', 'b'],
    );
    assert.is(
      await at([60, 'a'])
        .pipe(timeout({ first: 50 }))
        .collect()
        .catch(codeOf),
      'ERR_OXBOW_LOOP_TIMEOUT',
    );
  });
});

test('timeout({ with }) goes over to another stream and says what was seen', async () => {
  await inVirtualTime(async () => {
    const seen = await at([10, 'a'], [500, 'b'])
      .pipe(timeout({ each: 100, with: ({ seen: count, lastValue }) => [`${count} ${lastValue}`] }))
      .collect();
    assert.equal(seen, ['a', '1 a']);
  });
});

test('timeout does not count the time in which the consumer is slow', async () => {
  await inVirtualTime(async () => {
    const seen: number[] = [];
    for await (const value of Stream.from([1, 2, 3]).pipe(timeout(100)).values({ highWaterMark: 1 })) {
      await sleep(1000);
      seen.push(value);
    }
    assert.equal(seen, [1, 2, 3]);
  });
});

test('timeout needs a time and knows its options', () => {
  assert.throws(() => timeout({}), /needs a time/);
  assert.throws(() => timeout({ eech: 5 } as never), /each/);
});

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

test('batch ends an array at its number, its weight, its time, and with the stream', async () => {
  await inVirtualTime(async () => {
    const source = (): Stream<string> => at([0, 'a'], [1, 'b'], [2, 'c'], [50, 'd'], [51, '|']);
    assert.equal(await source().pipe(batch(2)).collect(), [
      ['a', 'b'],
      ['c', 'd'],
    ]);
    assert.equal(
      await source()
        .pipe(batch({ max: 10, ms: 10 }))
        .collect(),
      [['a', 'b', 'c'], ['d']],
    );
    const weighed = batch<string>({ maxSize: 3, size: (value) => (value === 'b' ? 3 : 1) });
    assert.equal(await source().pipe(weighed).collect(), [
      ['a', 'b'],
      ['c', 'd'],
    ]);
    const failing: unknown[] = [];
    await at([0, 'a'], [1, new Error('half')])
      .pipe(batch(5))
      .forEach((values) => {
        failing.push(values);
      })
      .catch((error: Error) => failing.push(error.message));
    assert.equal(failing, [['a'], 'half']);
  });
});

test('a batch whose time has come waits for a full consumer', async () => {
  await inVirtualTime(async () => {
    const arrays: number[][] = [];
    const source = new Stream<number>((out, flow) => {
      let next = 0;
      const task = createTask(async () => {
        while (next < 40) {
          await flow.ready();
          out.next(next++);
          await sleep(1);
        }
        out.complete();
      });
      return () => {
        task.cancel();
      };
    });
    for await (const values of source.pipe(batch({ max: 100, ms: 5 })).values({ highWaterMark: 1 })) {
      await sleep(100);
      arrays.push(values);
    }
    assert.equal(
      arrays.flat(),
      Array.from({ length: 40 }, (_, i) => i),
    );
  });
});

test('rateLimit lets a burst through, then keeps the pace, and loses nothing', async () => {
  await inVirtualTime(async () => {
    const times: number[] = [];
    const startMs = loopScheduler.now();
    await Stream.from([1, 2, 3, 4, 5])
      .pipe(rateLimit({ limit: 2, perMs: 100 }))
      .forEach(() => {
        times.push(Math.round(loopScheduler.now() - startMs));
      });
    assert.equal(times, [0, 0, 50, 100, 150]);
  });
});

test('rateLimit holds the source back', async () => {
  await inVirtualTime(async () => {
    let read = 0;
    const source = Stream.from({
      *[Symbol.iterator]() {
        for (;;) yield read++;
      },
    });
    const subscription = source.pipe(rateLimit(10)).subscribe();
    await sleep(0);
    assert.ok(read <= 12, `${read}`);
    await sleep(1000);
    assert.ok(read <= 24, `${read}`);
    subscription.unsubscribe();
  });
});

test('meter reports at its interval and once at the end', async () => {
  await inVirtualTime(async () => {
    const readings: MeterReading[] = [];
    const bytes = new Stream<Uint8Array>((out) => {
      const task = createTask(async () => {
        for (let i = 0; i < 3; i++) {
          await sleep(400);
          out.next(new Uint8Array(10));
        }
        out.complete();
      });
      return () => {
        task.cancel();
      };
    });
    await bytes.pipe(meter((reading) => readings.push(reading))).collect();
    assert.is(readings.length, 2);
    assert.equal([readings[0]?.values, readings[0]?.bytes, readings[0]?.valuesPerSecond], [2, 20, 2]);
    assert.equal([readings[1]?.values, readings[1]?.bytes, readings[1]?.final], [3, 30, true]);
  });
});

test('stock time operators run on the clock too, by loopScheduler', async () => {
  await inVirtualTime(async () => {
    const startMs = loopScheduler.now();
    assert.equal(await Stream.from(rx.interval(1000, loopScheduler).pipe(rx.take(3))).collect(), [0, 1, 2]);
    assert.is(Math.round(loopScheduler.now() - startMs), 3000);
    assert.equal(await Stream.from([1]).pipe(rx.delay(5000, loopScheduler)).collect(), [1]);
    assert.is(Math.round(loopScheduler.now() - startMs), 8000);
  });
});

test('options that make no sense are refused', () => {
  assert.throws(() => batch(0), /max/);
  assert.throws(() => batch({ ms: 0 }), /ms/);
  assert.throws(() => rateLimit(0), /limit/);
  assert.throws(() => rateLimit({ limit: 1, perMs: -1 }), /perMs/);
  assert.throws(() => meter(1 as never), /function/);
  assert.throws(() => retry({ delay: 1, backoff: true }), /not both/);
  assert.throws(() => retry({ backoff: { baseMs: -1 } }), /baseMs must be .* got -1/);
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

test.run();
