import { mapAsync, merge, Stream } from '@oxbow/stream';
import { windowCount } from '@oxbow/stream/rx';
import { assert, suite } from '@oxbow/testkit';
import { lastValueFrom, type Observable, Subject, toArray } from 'rxjs';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('mapAsync');

test('does what its drawing shows', () =>
  assertDrawing('mapAsync', ({ source, later }) =>
    source.pipe(mapAsync((x) => later(x, x === 'a' ? 6 : 1), { concurrency: 3 })),
  ));

/** Calls that the test settles by hand. */
function byHand(): {
  call: (value: number) => Promise<string>;
  settle: (value: number) => Promise<void>;
  open: number[];
} {
  const resolvers = new Map<number, (result: string) => void>();
  const open: number[] = [];
  return {
    open,
    call: (value) => {
      open.push(value);
      return new Promise((resolve) => resolvers.set(value, resolve));
    },
    settle: async (value) => {
      resolvers.get(value)?.(`r${value}`);
      await null;
      await null;
    },
  };
}

test('makes one call after the other by default', async () => {
  let active = 0;
  const results = await Stream.from([1, 2, 3])
    .pipe(
      mapAsync(async (value) => {
        assert.is(++active, 1);
        await null;
        active--;
        return value * 2;
      }),
    )
    .collect();
  assert.equal(results, [2, 4, 6]);
});

test('keeps the order of the source whatever order the calls settle in', async () => {
  const { call, settle, open } = byHand();
  const seen: string[] = [];
  const subscription = Stream.from([0, 1, 2, 3])
    .pipe(mapAsync(call, { concurrency: 3 }))
    .subscribe((result) => seen.push(result));
  assert.equal(open, [0, 1, 2]);
  await settle(2);
  await settle(1);
  assert.equal(seen, []);
  assert.equal(open, [0, 1, 2], 'results that wait keep their place');
  await settle(0);
  assert.equal(seen, ['r0', 'r1', 'r2']);
  assert.equal(open, [0, 1, 2, 3]);
  subscription.unsubscribe();
});

test('unordered emits as calls settle', async () => {
  const { call, settle } = byHand();
  const seen: string[] = [];
  Stream.from([0, 1, 2])
    .pipe(mapAsync(call, { concurrency: 3, ordered: false }))
    .subscribe((result) => seen.push(result));
  await settle(2);
  await settle(0);
  assert.equal(seen, ['r2', 'r0']);
  await settle(1);
  assert.equal(seen, ['r2', 'r0', 'r1']);
});

test('a failure takes its place in the order, results before it come first', async () => {
  const seen: string[] = [];
  const failing = Stream.from([0, 1, 2]).pipe(
    mapAsync(
      async (value) => {
        if (value === 1) throw new Error('one');
        for (let i = 0; i < 5; i++) await null;
        return `r${value}`;
      },
      { concurrency: 3 },
    ),
  );
  const message = await failing
    .forEach((result) => {
      seen.push(result);
    })
    .catch((error: Error) => error.message);
  assert.equal(seen, ['r0']);
  assert.is(message, 'one');
});

test('a function that throws or returns a plain value needs no promise', async () => {
  assert.equal(
    await Stream.from([1, 2])
      .pipe(mapAsync((x) => x + 1))
      .collect(),
    [2, 3],
  );
  const throwing = Stream.from([1]).pipe(
    mapAsync(() => {
      throw new Error('sync');
    }),
  );
  assert.is(await throwing.collect().catch((error: Error) => error.message), 'sync');
});

test('a source that ignores the pause waits up to the hard cap, one more is refused', async () => {
  const subject = new Subject<number>();
  let code: string | undefined;
  const hang = (): Promise<number> => new Promise(() => {});
  Stream.from<number>(subject)
    .pipe(mapAsync(hang, { concurrency: 1 }))
    .subscribe({ error: (error: { code: string }) => (code = error.code) });
  for (let i = 0; i < 1 + 1024; i++) subject.next(i);
  assert.is(code, undefined);
  subject.next(0);
  assert.is(code, 'ERR_OXBOW_STREAM_OVERFLOW');
});

test('the source is torn down when it ends, before the last results', async () => {
  const { call, settle } = byHand();
  let left = false;
  const seen: string[] = [];
  new Stream<number>((out) => {
    out.next(0);
    out.complete();
    return () => {
      left = true;
    };
  })
    .pipe(mapAsync(call))
    .subscribe({ next: (result) => seen.push(result), complete: () => seen.push('end') });
  assert.ok(left);
  assert.equal(seen, []);
  await settle(0);
  assert.equal(seen, ['r0', 'end']);
});

test('results of a stream that was left are dropped', async () => {
  const { call, settle } = byHand();
  const seen: string[] = [];
  const subscription = Stream.from([0])
    .pipe(mapAsync(call))
    .subscribe((result) => seen.push(result));
  subscription.unsubscribe();
  await settle(0);
  assert.equal(seen, []);
});

/** A window, or the next one while the first still lacks values, comes when another stream has filled the consumer. */
async function windowsBesideAFiller(size: number, every: number): Promise<unknown[]> {
  let begin = (): void => {};
  const late = new Stream<number>((out, flow) => {
    let next = 0;
    const pump = (): void => {
      while (!flow.paused && next < 4) out.next(next++);
      if (next === 4) out.complete();
      else flow.onResume(pump);
    };
    begin = pump;
  });
  const whole = (window: Observable<number>): Promise<number[]> => lastValueFrom(window.pipe(toArray()));
  const filler = Stream.from([10, 11, 12, 13]);
  const both = merge(late.pipe(windowCount(size, every), mapAsync(whole)), filler);
  const iterator = both.values({ highWaterMark: 2 });
  const seen: unknown[] = [(await iterator.next()).value];
  begin();
  for await (const value of iterator) seen.push(value);
  return seen;
}

test('windows that find the consumer full hold their source only until the consumer goes on', async () => {
  const apart = await windowsBesideAFiller(2, 2);
  assert.equal(
    apart.filter((value) => typeof value === 'number'),
    [10, 11, 12, 13],
  );
  assert.equal(
    apart.filter((value) => Array.isArray(value) && value.length > 0),
    [
      [0, 1],
      [2, 3],
    ],
  );
  const overlapping = await windowsBesideAFiller(3, 1);
  assert.equal(
    overlapping.find((value) => Array.isArray(value)),
    [0, 1, 2],
  );
});

test('refuses what is no function and a concurrency that is no count', () => {
  assert.throws(() => mapAsync(1 as never), /function/);
  assert.throws(() => mapAsync(async () => 1, { concurrency: 0 }), /concurrency/);
  assert.throws(() => mapAsync(async () => 1, { concurency: 1 } as never), /concurrency/);
});

test('reads no further than there are places', async () => {
  let read = 0;
  const { call, settle } = byHand();
  const source = Stream.from({
    *[Symbol.iterator]() {
      for (;;) yield read++;
    },
  });
  const subscription = source.pipe(mapAsync(call, { concurrency: 3 })).subscribe();
  assert.is(read, 3);
  await settle(1);
  assert.is(read, 3);
  await settle(0);
  assert.is(read, 5);
  subscription.unsubscribe();
});

test.run();
