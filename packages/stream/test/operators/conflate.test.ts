import { conflate, latest, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { Subject } from 'rxjs';

const test = suite('conflate and latest');

test('a consumer that keeps up sees every value', async () => {
  assert.equal(await Stream.from([1, 2, 3]).pipe(latest()).collect(), [1, 2, 3]);
  assert.equal(
    await Stream.from([1, 2])
      .pipe(conflate((a, b) => a + b))
      .collect(),
    [1, 2],
  );
});

test('what comes while the consumer is full is folded into one value', async () => {
  const subject = new Subject<number>();
  const iterator = Stream.from<number>(subject)
    .pipe(
      conflate(
        (list: number[], value) => [...list, value],
        (value) => [value],
      ),
    )
    .values({ highWaterMark: 1 });
  const first = iterator.next();
  for (let i = 0; i < 5; i++) subject.next(i);
  assert.equal((await first).value, [0]);
  assert.equal((await iterator.next()).value, [1]);
  assert.equal((await iterator.next()).value, [2, 3, 4]);
  await iterator.return();
});

test('latest keeps the newest, and delivers it before the end', async () => {
  const subject = new Subject<number>();
  const iterator = Stream.from<number>(subject).pipe(latest()).values({ highWaterMark: 1 });
  const first = iterator.next();
  for (let i = 0; i < 5; i++) subject.next(i);
  subject.complete();
  await first;
  const rest: number[] = [];
  for await (const value of iterator) rest.push(value);
  assert.equal(rest, [1, 4]);
});

test('a failing fold ends the stream', async () => {
  const failing = Stream.from([1]).pipe(
    conflate(
      (a: number) => a,
      (): number => {
        throw new Error('fold');
      },
    ),
  );
  assert.is(await failing.collect().catch((error: Error) => error.message), 'fold');
});

test.run();
