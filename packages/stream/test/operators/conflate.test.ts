// covers: src/operators/conflate.ts, src/operators/conflate-stage.ts

import { conflate, latest, merge, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { Subject } from 'rxjs';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('conflate');

test('does what its drawing shows', () =>
  assertDrawing('conflate', ({ source }) => source.pipe(conflate((waiting, x) => waiting + x)), 4));

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

test('what waited and was folded into a value that found the gate open is not handed over again', async () => {
  const subject = new Subject<number>();
  /** Fills the consumer, is first in its line, and when it goes on makes the other source emit. */
  const ahead = new Stream<number>((out, flow) => {
    while (!flow.paused) out.next(0);
    flow.onResume(() => subject.next(20));
  });
  const folded = subject.pipe(conflate((a: number, b: number) => a + b));
  const iterator = merge(folded, ahead).values({ highWaterMark: 4 });
  const seen = [(await iterator.next()).value];
  subject.next(1);
  while (seen.at(-1) === 0) seen.push((await iterator.next()).value);
  subject.next(300);
  seen.push((await iterator.next()).value);
  assert.equal(
    seen.filter((value) => value !== 0),
    [21, 300],
  );
  await iterator.return();
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
