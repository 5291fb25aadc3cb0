// covers: src/rx/capped.ts, src/rx/expand.ts, src/rx/passage.ts, src/operators/precedence.ts
import { Stream } from '@oxbow/stream';
import * as rx from '@oxbow/stream/rx';
import { assert, suite } from '@oxbow/testkit';
import * as stock from 'rxjs';
import { NEVER, type Observable, Subject, merge as stockMerge, of as stockOf } from 'rxjs';

const test = suite('@oxbow/stream/rx');

test("leaves out RxJS's TimeoutError and what has no bound", () => {
  for (const name of ['TimeoutError', 'multicast', 'publish', 'refCount', 'connectable', 'bufferToggle']) {
    assert.not(name in rx, name);
  }
});

test('of, from, range and defer wait for their consumer', async () => {
  const sources = [
    rx.range(0, 1_000_000),
    rx.from(Array.from({ length: 1_000_000 }, (_, i) => i)),
    rx.defer(() => Array.from({ length: 1_000_000 }, (_, i) => i)),
    rx.of(...Array.from({ length: 5000 }, (_, i) => i)),
  ];
  for (const source of sources) {
    let emitted = 0;
    const counted = Stream.from<number>(source).pipe(rx.tap(() => emitted++));
    for await (const value of counted) if (value === 10) break;
    assert.ok(emitted < 200, `${emitted}`);
  }
  assert.equal(await Stream.from(rx.range(3)).collect(), [0, 1, 2]);
});

test('notifiers stand outside the gate, so signals get through while the consumer is full', async () => {
  const operators: Record<
    string,
    (signal: Stream<number>) => (source: Observable<number>) => Observable<unknown>
  > = {
    audit: (signal) => rx.audit(() => signal),
    buffer: (signal) => rx.buffer(signal),
    bufferWhen: (signal) => rx.bufferWhen(() => signal),
    debounce: (signal) => rx.debounce(() => signal),
    delayWhen: (signal) => rx.delayWhen(() => signal),
    distinct: (signal) => rx.distinct(undefined, signal),
    repeatWhen: (signal) => (source) =>
      source.pipe(
        rx.take(1),
        rx.repeatWhen(() => signal),
      ),
    sample: (signal) => rx.sample(signal),
    skipUntil: (signal) => rx.skipUntil(signal),
    takeUntil: (signal) => rx.takeUntil(signal),
    throttle: (signal) => rx.throttle(() => signal),
    window: (signal) => rx.window(signal),
    windowToggle: (signal) => rx.windowToggle(signal, () => signal),
    windowWhen: (signal) => rx.windowWhen(() => signal),
    withLatestFrom: (signal) => rx.withLatestFrom(signal),
  };
  for (const [name, operator] of Object.entries(operators)) {
    let open: boolean | undefined;
    const signal = new Stream<number>((_out, flow) => {
      // The flow of unlimited demand is one shared, frozen object.
      open = Object.isFrozen(flow);
    });
    const iterator = Stream.from(operator(signal)(stockMerge(stockOf(1, 2), NEVER))).values();
    void iterator.next();
    await iterator.return();
    assert.is(open, true, name);
  }
});

test('mergeScan, switchScan and expand do what RxJS does', async () => {
  assert.equal(
    await Stream.from([1, 2, 3])
      .pipe(rx.mergeScan((acc, x) => [acc + x], 0))
      .collect(),
    [1, 3, 6],
  );
  assert.equal(
    await Stream.from([1, 2])
      .pipe(rx.switchScan((acc, x) => [acc + x], 10))
      .collect(),
    [11, 13],
  );
  const doubled = Stream.from([1]).pipe(
    rx.expand((x: number) => stockOf(x * 2)),
    rx.take(5),
  );
  assert.equal(await doubled.collect(), [1, 2, 4, 8, 16]);
});

test('expand stops while its consumer is full', async () => {
  let expanded = 0;
  const iterator = Stream.from(
    Stream.from([0]).pipe(
      rx.expand((x: number) => {
        expanded++;
        return [x + 1];
      }),
    ),
  ).values({ highWaterMark: 8 });
  await iterator.next();
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(expanded <= 16, `${expanded}`);
  for (let i = 1; i < 1000; i++) assert.is((await iterator.next()).value, i);
  await iterator.return();
});

/** What a slow reader of one to four values at a time gets. */
async function readSlowly(source: Observable<number>, highWaterMark: number): Promise<number[]> {
  const seen: number[] = [];
  for await (const value of Stream.from(source).values({ highWaterMark })) {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(value);
  }
  return seen;
}

test('expand with one place gives the order of RxJS, however full its consumer', async () => {
  const deeper = (x: number): number[] => (x < 50 ? [x + 20, x + 60] : []);
  const expected = await stock.lastValueFrom(
    stock.from([0, 7, 14, 21]).pipe(stock.expand(deeper, 1), stock.toArray()),
  );
  for (const highWaterMark of [1, 2, 3, 4, 64]) {
    const ours = Stream.from([0, 7, 14, 21]).pipe(rx.expand(deeper, 1));
    assert.equal(await readSlowly(ours, highWaterMark), expected, `${highWaterMark}`);
  }
});

test('expand starts by its scheduler what waited for a place, and loses none of it at the end', async () => {
  const scheduler = new stock.VirtualTimeScheduler();
  const seen: number[] = [];
  const ended: string[] = [];
  Stream.from([0, 7])
    .pipe(rx.expand((x: number) => (x < 50 ? [x + 60] : []), 1, scheduler))
    .subscribe({ next: (value) => seen.push(value), complete: () => ended.push('end') });
  assert.equal([seen, ended], [[0, 7], []]);
  scheduler.flush();
  assert.equal([seen, ended], [[0, 7, 60, 67], ['end']]);
  const left = Stream.from([0])
    .pipe(rx.expand((x: number) => [x + 1], 1, scheduler))
    .subscribe();
  left.unsubscribe();
  assert.ok(
    scheduler.actions.every(({ closed }) => closed),
    'leaving cancels what was scheduled',
  );
});

test('up to 1024 values wait to be expanded, one more is refused', () => {
  const inner = new Subject<number>();
  let code: string | undefined;
  Stream.from([0])
    .pipe(rx.expand(() => inner, 1))
    .subscribe({ error: (error: { code: string }) => (code = error.code) });
  for (let i = 0; i < 1024; i++) inner.next(i);
  assert.is(code, undefined);
  inner.next(0);
  assert.is(code, 'ERR_OXBOW_STREAM_OVERFLOW');
});

test('switchMap and exhaustMap let an inner array out whole before the source goes on, however full the consumer', async () => {
  const four = (x: number): number[] => [x, x + 1, x + 2, x + 3];
  for (const operator of [rx.switchMap(four), rx.exhaustMap(four)]) {
    for (const highWaterMark of [1, 2, 3]) {
      const ours = Stream.from([10, 20, 30]).pipe(operator);
      assert.equal(
        await readSlowly(ours, highWaterMark),
        [10, 11, 12, 13, 20, 21, 22, 23, 30, 31, 32, 33],
        `${highWaterMark}`,
      );
    }
  }
});

test('an inner stream that waits for something of its own does not keep the source of switchMap for ever', async () => {
  const endless = {
    async *[Symbol.asyncIterator]() {
      for (;;) yield 1;
    },
  };
  const source = Stream.from([0, 1]).pipe(rx.switchMap((x) => (x === 0 ? endless : [2])));
  const seen = await readSlowly(source, 1);
  assert.is(seen.at(-1), 2);
  assert.ok(seen.length < 10, `${seen}`);
});

test('shareReplay replays, by default the last 1024 values', () => {
  const source = new Stream<number>((out) => {
    for (let i = 0; i < 2000; i++) out.next(i);
  });
  const shared = source.pipe(rx.shareReplay());
  shared.subscribe();
  const late: number[] = [];
  shared.subscribe((value) => late.push(value));
  assert.is(late.length, 1024);
  assert.is(late[0], 976);
});

test('connect shares one subscription among what its selector makes', async () => {
  let subscriptions = 0;
  const source = new Stream<number>((out) => {
    subscriptions++;
    out.next(1);
    out.next(2);
    out.complete();
  });
  const both = source.pipe(rx.connect((shared) => rx.merge(shared, shared.pipe(rx.map((x) => x * 10)))));
  assert.equal(await both.collect(), [1, 10, 2, 20]);
  assert.is(subscriptions, 1);
});

test('delay, delayWhen and observeOn hold at most 64 values', () => {
  for (const operator of [
    rx.delay<number>(1_000_000),
    rx.delayWhen<number>(() => NEVER),
    rx.observeOn<number>(rx.asyncScheduler, 1_000_000),
  ]) {
    let emitted = 0;
    const source = Stream.from({
      *[Symbol.iterator]() {
        for (;;) yield emitted++;
      },
    });
    const subscription = source.pipe(operator).subscribe();
    assert.ok(emitted <= 65, `${emitted}`);
    subscription.unsubscribe();
  }
});

test('observeOn keeps the order of values and end', async () => {
  assert.equal(await Stream.from([1, 2, 3]).pipe(rx.observeOn(rx.asapScheduler)).collect(), [1, 2, 3]);
});

test('buffer and bufferWhen fail at 65,536 values, distinct at 1,000,000 keys', () => {
  for (const [operator, limit] of [
    [rx.buffer<number>(NEVER), 65_536],
    [rx.bufferWhen<number>(() => NEVER), 65_536],
    [rx.distinct<number, number>(), 1_000_000],
  ] as const) {
    const source = new Subject<number>();
    let code: string | undefined;
    source
      .pipe(operator as never)
      .subscribe({ error: (error: { code: string }) => (code = error.code) } as never);
    for (let i = 0; i < limit; i++) source.next(i);
    assert.is(code, undefined);
    source.next(-1);
    assert.is(code, 'ERR_OXBOW_STREAM_OVERFLOW');
  }
});

test('distinct forgets at a flush', async () => {
  const flush = new Subject<void>();
  const source = new Subject<number>();
  const seen: number[] = [];
  source.pipe(rx.distinct((x) => x % 10, flush)).subscribe((value) => seen.push(value));
  for (const value of [1, 11, 2]) source.next(value);
  flush.next();
  source.next(21);
  assert.equal(seen, [1, 2, 21]);
});

test('sequenceEqual compares lengths too, whichever side is longer', async () => {
  const equal = async (a: number[], b: number[]): Promise<boolean | undefined> =>
    (await Stream.from(a).pipe(rx.sequenceEqual(b)).collect())[0];
  assert.is(await equal([1, 2], [1, 2]), true);
  assert.is(await equal([1, 2], [1]), false);
  assert.is(await equal([1], [1, 2]), false);
  assert.is(await equal([], []), true);
  assert.is(await equal([1], [2]), false);
});

test('zipAll pairs the streams of a stream', async () => {
  assert.equal(
    await Stream.from([
      [1, 2],
      [3, 4],
    ])
      .pipe(rx.zipAll())
      .collect(),
    [
      [1, 3],
      [2, 4],
    ],
  );
});

test('expand with a scheduler keeps the order of values that waited for the consumer', async () => {
  const values = rx.from([0, 7]).pipe(
    rx.expand((x: number) => (x < 50 ? [x + 30] : []), Number.POSITIVE_INFINITY, rx.asapScheduler),
    rx.startWith(-1),
  );
  const seen: number[] = [];
  for await (const value of Stream.from(values).values({ highWaterMark: 1 })) seen.push(value);
  assert.equal(seen, [-1, 0, 30, 60, 7, 37, 67]);
  const batches = new Stream<number>((out) => {
    out.batch([0, 7]);
    out.complete();
  });
  const expanded = batches.pipe(
    rx.expand((x: number) => (x < 50 ? [x + 30] : []), Number.POSITIVE_INFINITY, rx.asapScheduler),
    rx.startWith(-1),
  );
  const again: number[] = [];
  for await (const value of Stream.from(expanded).values({ highWaterMark: 1 })) again.push(value);
  assert.equal(again, seen);
});

test.run();
