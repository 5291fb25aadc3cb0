// covers: src/creation-site.ts, src/terminal/live-intakes.ts, src/why.ts
import { run } from '@oxbow/loop';
import { buffer, filter, mapAsync, mergeMap, Stream, share, switchMap, takeUntil, zip } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import * as rx from 'rxjs';
import { TestScheduler } from 'rxjs/testing';

const test = suite('Stream');

const hang = (): Promise<void> => new Promise(() => {});

const naturals = (): Stream<number> =>
  Stream.from({
    *[Symbol.iterator]() {
      for (let i = 0; ; i++) yield i;
    },
  });

test('is an Observable and stays a Stream through pipe, whatever the operators build', () => {
  const stream = Stream.from([1, 2]);
  assert.instance(stream, rx.Observable);
  assert.ok(rx.isObservable(stream));
  assert.is(stream.pipe(), stream);
  assert.instance(stream.pipe(rx.map((x) => x)), Stream);
  assert.instance(stream.pipe(rx.endWith(3)), Stream);
  assert.instance(stream.pipe(rx.concatWith(rx.of(3))), Stream);
});

test('calls the producer with the stream as this, once for each subscription', () => {
  const seen: unknown[] = [];
  const stream = new Stream<number>(function (this: Stream<number>) {
    seen.push(this);
  });
  stream.subscribe();
  stream.subscribe();
  assert.equal(seen.length, 2);
  assert.is(seen[0], stream);
});

test('without a producer never emits', () => {
  const log: string[] = [];
  new Stream().subscribe({ next: () => log.push('next'), complete: () => log.push('complete') });
  assert.equal(log, []);
});

test('marbles of stock operators are the same over a Stream', () => {
  const scheduler = new TestScheduler((actual, expected) => assert.equal(actual, expected));
  scheduler.run(({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('  -a-b-c-|');
    const values = { a: 'A', b: 'B', c: 'C' };
    const upper = Stream.from<string>(source).pipe(rx.map((x) => x.toUpperCase()));
    expectObservable(upper).toBe('-a-b-c-|', values);
    expectObservable(upper.pipe(rx.delay(2))).toBe('---a-b-(c|)', values);
    expectSubscriptions(source.subscriptions).toBe(['^------!', '^------!']);
  });
});

test('marbles of own operators', () => {
  const scheduler = new TestScheduler((actual, expected) => assert.equal(actual, expected));
  scheduler.run(({ cold, hot, expectObservable }) => {
    const inner = { x: cold('ab|'), y: cold('cd|') };
    const outer = Stream.from<keyof typeof inner>(cold('x-y---|'));
    expectObservable(outer.pipe(mergeMap((name) => inner[name]))).toBe('abcd--|');
    expectObservable(outer.pipe(switchMap((name) => inner[name]))).toBe('abcd--|');
    expectObservable(Stream.from<string>(cold('-a-b-c-|')).pipe(takeUntil(hot('----x')))).toBe('-a-b|');
    expectObservable(zip([cold('-a-b-|'), cold('--c--d|')]).pipe(rx.map(([a, b]) => `${a}${b}`))).toBe(
      '--x--(y|)',
      { x: 'ac', y: 'bd' },
    );
    expectObservable(Stream.from<string>(cold('-a-#')).pipe(buffer())).toBe('-a-#');
  });
});

test('honours the promise class of rxjs config and of the old overload in forEach', async () => {
  class Own<T> extends Promise<T> {}
  assert.instance(
    Stream.from([1]).forEach(() => {}, Own as never),
    Own,
  );
  rx.config.Promise = Own as never;
  try {
    assert.instance(
      Stream.from([1]).forEach(() => {}),
      Own,
    );
  } finally {
    rx.config.Promise = undefined as never;
  }
});

test('forEach awaits as many calls as told, in the order of the stream', async () => {
  let active = 0;
  let most = 0;
  const started: number[] = [];
  await naturals()
    .pipe(rx.take(50))
    .forEach(
      async (value) => {
        started.push(value);
        most = Math.max(most, ++active);
        await new Promise((resolve) => setImmediate(resolve));
        active--;
      },
      { concurrency: 4 },
    );
  assert.is(most, 4);
  assert.equal(
    started,
    Array.from({ length: 50 }, (_, i) => i),
  );
});

test('forEach rejects with the first failing call and leaves the source', async () => {
  let left = false;
  const stream = naturals().pipe(rx.finalize(() => (left = true)));
  const failing = async (value: number): Promise<void> => {
    if (value === 3) throw new Error('call');
  };
  assert.is(await stream.forEach(failing).catch((error: Error) => error.message), 'call');
  assert.ok(left);
  const throwing = (value: number): void => {
    if (value === 3) throw new Error('thrown');
  };
  assert.is(await stream.forEach(throwing).catch((error: Error) => error.message), 'thrown');
});

test('a stop signal gets through while the consumer is full', async () => {
  const stop = new rx.Subject<void>();
  const stream = new Stream<number>((out, flow) => {
    const pump = (): void => {
      for (let i = 0; !flow.paused && !out.closed; i++) out.next(i);
      flow.onResume(pump);
    };
    setImmediate(pump);
  });
  for (const stopped of [
    stream.pipe(takeUntil(stop)),
    stream.pipe(rx.takeUntil(Stream.from<void>(stop).control())),
  ]) {
    const iterator = stopped.values();
    await iterator.next();
    stop.next();
    let rest = 0;
    for await (const _ of iterator) rest++;
    assert.ok(rest < 100, `${rest}`);
  }
});

test('control() emits although the data is held back', () => {
  let pauses = 0;
  const source = new Stream<number>((out, flow) => {
    for (let i = 0; i < 1000; i++) {
      if (flow.paused) pauses++;
      out.next(i);
    }
  });
  const iterator = Stream.from<number>(rx.merge(source.control(), rx.NEVER), {
    overflow: 'latest',
  }).values();
  void iterator.next();
  assert.is(pauses, 0);
  void iterator.return();
});

test('Stream.from with a policy bounds a source that cannot wait', async () => {
  const burst = new rx.Observable<number>((out) => {
    setImmediate(() => {
      for (let i = 0; i < 5000; i++) out.next(i);
      out.complete();
    });
  });
  const read = async (stream: Stream<number>): Promise<number[]> => {
    const seen: number[] = [];
    for await (const value of stream.values({ highWaterMark: 1 })) seen.push(value);
    return seen;
  };
  const oldest = await read(Stream.from(burst, { overflow: 'drop-oldest', highWaterMark: 3 }));
  assert.equal(oldest.slice(-3), [4997, 4998, 4999]);
  const newest = await read(Stream.from(burst, { overflow: 'drop-newest', highWaterMark: 3 }));
  assert.equal(newest, [0, 1, 2, 3, 4]);
  const code = await read(Stream.from(burst)).catch((error: { code: string }) => error.code);
  assert.is(code, 'ERR_OXBOW_STREAM_OVERFLOW');
});

test('why() names who holds whom back, and says so in words', async () => {
  const stream = naturals().pipe(
    rx.map((x) => x),
    mapAsync(() => new Promise<number>(() => {}), { concurrency: 2 }),
  );
  assert.is(String(stream.why()), 'Nobody consumes this stream.');
  const iterator = stream.values();
  void iterator.next();
  const report = stream.why();
  assert.is(report.consumers.length, 1);
  assert.is(report.blocker?.name, 'mapAsync');
  assert.is(report.blocker?.waitsFor, '2 pending calls');
  assert.is(report.blocker?.waitingSources, 1);
  assert.match(String(report), /^mapAsync holds back the source for \d+ ms/);
  await iterator.return();
  assert.equal(stream.why().consumers, []);
});

test('why() names the consumer when it is the slow one', async () => {
  const stream = naturals().pipe(mapAsync(async (x) => x));
  const leaving = new AbortController();
  const done = stream.forEach(hang, { signal: leaving.signal }).catch(() => {});
  while (stream.why().blocker?.name !== 'forEach()') await new Promise((resolve) => setImmediate(resolve));
  const report = stream.why();
  assert.is(report.blocker?.name, 'forEach()');
  assert.match(String(report), /forEach\(\) holds back mapAsync/);
  leaving.abort();
  await done;
});

test('in debug mode why() names the lines where stages and consumers were made', async () => {
  await run(
    async () => {
      const stream = naturals().pipe(
        rx.map((x) => x),
        mapAsync(() => new Promise<number>(() => {})),
      );
      const iterator = stream.values();
      void iterator.next();
      const [consumer] = stream.why().consumers;
      assert.match(`${consumer?.createdAt}`, /stream\.test\.ts:\d+:\d+/);
      assert.match(`${stream.why().blocker?.createdAt}`, /stream\.test\.ts:\d+:\d+/);
      assert.match(
        String(stream.why()),
        /^mapAsync, made at .*stream\.test\.ts:\d+:\d+.*, holds back the source/,
      );
      const lineOf = (place = ''): number => Number(/:(\d+):\d+/.exec(place)?.[1]);
      const apart = lineOf(consumer?.createdAt) - lineOf(stream.why().blocker?.createdAt);
      assert.is(apart, 2, 'the line of mapAsync(), not of the subscription');
      await iterator.return();
    },
    { debug: true },
  );
});

test('outside of debug mode no stage knows where it was made', async () => {
  const stream = naturals().pipe(mapAsync(() => new Promise<number>(() => {})));
  const iterator = stream.values();
  void iterator.next();
  assert.is(stream.why().blocker?.createdAt, undefined);
  await iterator.return();
});

test('why() says when branches of one share wait for each other in zip', async () => {
  const shared = naturals().pipe(share());
  const zipped = zip(shared, shared.pipe(filter((x) => x > 1_000)));
  const iterator = zipped.values();
  void iterator.next();
  const report = zipped.why();
  assert.is(report.blocker?.name, 'zip');
  assert.ok(report.blocker?.circular);
  assert.match(String(report), /same share\(\).* neither goes on/);
  await iterator.return();
});

test('why() sees no circle where zip waits for a slow source, or for its consumer', async () => {
  const silent = new Stream<number>();
  for (const zipped of [zip(naturals(), silent), zip(naturals().pipe(share()), naturals().pipe(share()))]) {
    const iterator = zipped.values({ highWaterMark: 2 });
    void iterator.next();
    const report = zipped.why();
    assert.ok(report.blocker !== undefined);
    assert.not(report.blocker.circular);
    assert.not(/share\(\)/.test(String(report)));
    await iterator.return();
  }
});

test('refuses what is no stream and options it does not know', () => {
  assert.throws(() => Stream.from(5 as never), /Stream.from\(\) takes/);
  assert.throws(() => Stream.from(null as never), /null/);
  assert.throws(() => naturals().values({ highWatermark: 1 } as never), /highWaterMark/);
  assert.throws(() => naturals().batches({ max: 0 }), /max/);
  assert.throws(() => naturals().forEach(() => {}, { concurrency: 0 }), /concurrency/);
  assert.throws(() => naturals().to({} as never), /write/);
});

test.run();
