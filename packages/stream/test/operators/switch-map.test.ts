import { map, Stream, switchAll, switchMap } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { Subject } from 'rxjs';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('switchMap');

test('does what its drawing shows', () =>
  assertDrawing('switchMap', ({ source, input }) =>
    source.pipe(switchMap((x) => input('inner').pipe(map((y) => x + y)))),
  ));

test('leaves the inner stream before when a new one begins', () => {
  const log: string[] = [];
  const source = new Subject<string>();
  const inner = (name: string): Stream<string> =>
    new Stream((out) => {
      log.push(`open ${name}`);
      out.next(name);
      return () => log.push(`close ${name}`) as never;
    });
  const seen: string[] = [];
  const subscription = Stream.from<string>(source)
    .pipe(switchMap(inner))
    .subscribe((value) => seen.push(value));
  source.next('a');
  source.next('b');
  subscription.unsubscribe();
  assert.equal(log, ['open a', 'close a', 'open b', 'close b']);
  assert.equal(seen, ['a', 'b']);
});

test('completes when the source and the last inner stream have', async () => {
  assert.equal(
    await Stream.from([1, 2])
      .pipe(switchMap((x) => Promise.resolve(x)))
      .collect(),
    [2],
  );
  assert.equal(
    await Stream.from<number>([])
      .pipe(switchMap((x) => [x]))
      .collect(),
    [],
  );
  assert.equal(
    await Stream.from([[1], [2, 3]])
      .pipe(switchAll())
      .collect(),
    [1, 2, 3],
  );
});

test('an inner array obeys the gate', async () => {
  let read = 0;
  const iterator = Stream.from([0])
    .pipe(
      switchMap(() => ({
        *[Symbol.iterator]() {
          for (;;) yield read++;
        },
      })),
    )
    .values({ highWaterMark: 4 });
  await iterator.next();
  assert.ok(read <= 8, `${read}`);
  await iterator.return();
});

test('when leaving one inner stream makes the source emit, the end of the one begun meanwhile is not the end', () => {
  const source = new Subject<number>();
  const inner = [new Subject<string>(), new Subject<string>(), new Subject<string>()] as const;
  const log: string[] = [];
  Stream.from<number>(source)
    .pipe(
      switchMap((x) =>
        x === 0 ? new Stream<string>(() => () => source.next(2)) : (inner[x as 1 | 2] as Subject<string>),
      ),
    )
    .subscribe({ next: (value) => log.push(value), complete: () => log.push('end') });
  source.next(0);
  source.next(1);
  source.complete();
  inner[2].complete();
  assert.equal(log, []);
  inner[1].next('last');
  inner[1].complete();
  assert.equal(log, ['last', 'end']);
});

test('an error of the function ends the stream', async () => {
  const throwing = Stream.from([1]).pipe(
    switchMap((): number[] => {
      throw new Error('function');
    }),
  );
  assert.is(await throwing.collect().catch((error: Error) => error.message), 'function');
});

test.run();
