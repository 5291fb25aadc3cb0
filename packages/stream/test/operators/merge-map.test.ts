// covers: src/operators/merge-map.ts, src/operators/merge-stage.ts, src/operators/inner.ts, src/operators/operate.ts
// covers: src/rxjs-inside.ts

import { concatMap, map, mergeMap, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { EMPTY, NEVER, of, Subject } from 'rxjs';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('mergeMap');

test('does what its drawing shows', () =>
  assertDrawing('mergeMap', ({ source, input }) =>
    source.pipe(mergeMap((x) => input('inner').pipe(map((y) => x + y)))),
  ));

test('subscribes to at most as many inner streams as told', async () => {
  let open = 0;
  let most = 0;
  const inner = (value: number): Stream<number> =>
    new Stream<number>((out) => {
      most = Math.max(most, ++open);
      setImmediate(() => {
        out.next(value);
        out.complete();
      });
      return () => {
        open--;
      };
    });
  const seen = await Stream.from([1, 2, 3, 4, 5]).pipe(mergeMap(inner, 2)).collect();
  assert.equal(seen, [1, 2, 3, 4, 5]);
  assert.is(most, 2);
});

test('an inner stream that ends at once starts the next without recursion', async () => {
  let count = 0;
  await Stream.from({
    *[Symbol.iterator]() {
      for (let i = 0; i < 100_000; i++) yield i;
    },
  })
    .pipe(concatMap(() => EMPTY))
    .forEach(() => {});
  const subject = new Subject<number>();
  const gate = new Subject<void>();
  Stream.from<number>(subject)
    .pipe(concatMap((value) => (value === 0 ? gate : of(value))))
    .subscribe(() => count++);
  for (let i = 0; i < 1000; i++) subject.next(i);
  gate.complete();
  assert.is(count, 999);
});

test('without a number, opens any number of inner streams up to the hard cap, one more is refused', () => {
  const subject = new Subject<number>();
  let code: string | undefined;
  let opened = 0;
  Stream.from<number>(subject)
    .pipe(
      mergeMap(() => {
        opened++;
        return NEVER;
      }),
    )
    .subscribe({ error: (error: { code: string }) => (code = error.code) });
  for (let i = 0; i < 1024; i++) subject.next(i);
  assert.is(opened, 1024);
  assert.is(code, undefined);
  subject.next(0);
  assert.is(code, 'ERR_OXBOW_STREAM_OVERFLOW');
});

test('what waits for a place is bounded by the hard cap', () => {
  const subject = new Subject<number>();
  let code: string | undefined;
  Stream.from<number>(subject)
    .pipe(concatMap(() => NEVER))
    .subscribe({ error: (error: { code: string }) => (code = error.code) });
  for (let i = 0; i < 1 + 1024; i++) subject.next(i);
  assert.is(code, undefined);
  subject.next(0);
  assert.is(code, 'ERR_OXBOW_STREAM_OVERFLOW');
});

test('streams held back take turns when the consumer goes on', async () => {
  const endless = (name: string): Stream<string> =>
    Stream.from({
      *[Symbol.iterator]() {
        for (;;) yield name;
      },
    });
  const seen: string[] = [];
  for await (const name of Stream.from(['a', 'b', 'c'])
    .pipe(mergeMap(endless))
    .values({ highWaterMark: 1 })) {
    if (seen.push(name) === 30) break;
  }
  for (const name of ['a', 'b', 'c'])
    assert.ok(seen.filter((one) => one === name).length >= 8, seen.join(''));
});

test('an error of the source, of an inner stream and of the function end it', async () => {
  const failing = (stream: Stream<unknown>): Promise<string> =>
    stream.collect().then(
      () => 'no error',
      (error: Error) => error.message,
    );
  const source = new Stream<number>((out) => out.error(new Error('source')));
  assert.is(await failing(source.pipe(mergeMap(() => [1]))), 'source');
  assert.is(
    await failing(Stream.from([1]).pipe(mergeMap(() => Promise.reject(new Error('inner'))))),
    'inner',
  );
  const throwing = (): never => {
    throw new Error('function');
  };
  assert.is(await failing(Stream.from([1]).pipe(mergeMap(throwing))), 'function');
});

test('leaving leaves every inner stream', () => {
  let open = 0;
  const inner = new Stream<number>(() => {
    open++;
    return () => {
      open--;
    };
  });
  const subscription = Stream.from([1, 2, 3])
    .pipe(mergeMap(() => inner))
    .subscribe();
  assert.is(open, 3);
  subscription.unsubscribe();
  assert.is(open, 0);
});

test('reads no further than there are places', () => {
  let read = 0;
  const inner: Array<Subject<void>> = [];
  const source = Stream.from({
    *[Symbol.iterator]() {
      for (;;) yield read++;
    },
  });
  const subscription = source
    .pipe(
      mergeMap(() => {
        const subject = new Subject<void>();
        inner.push(subject);
        return subject;
      }, 2),
    )
    .subscribe();
  assert.is(read, 2);
  inner[1]?.complete();
  assert.is(read, 3);
  inner[0]?.complete();
  inner[2]?.complete();
  assert.is(read, 5);
  subscription.unsubscribe();
});

test('what waits for a place is served before the source is asked for more', () => {
  let read = 0;
  const inner: Array<Subject<void>> = [];
  const source = new Stream<number>((out, flow) => {
    // The first four come whether they are wanted or not.
    for (let i = 0; i < 4; i++) out.next(read++);
    const pump = (): void => {
      while (!flow.paused && !out.closed) out.next(read++);
      flow.onResume(pump);
    };
    pump();
  });
  const subscription = source
    .pipe(
      mergeMap(() => {
        const subject = new Subject<void>();
        inner.push(subject);
        return subject;
      }, 2),
    )
    .subscribe();
  inner[0]?.complete();
  assert.equal([inner.length, read], [3, 4]);
  inner[1]?.complete();
  assert.equal([inner.length, read], [4, 4]);
  inner[2]?.complete();
  assert.equal([inner.length, read], [5, 5]);
  subscription.unsubscribe();
});

test.run();
