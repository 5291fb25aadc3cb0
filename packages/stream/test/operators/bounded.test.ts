import { bounded, loopScheduler, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import * as rx from 'rxjs';
import { delay } from 'rxjs';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('bounded');

test('does what its drawing shows', () =>
  assertDrawing('bounded', ({ source }) => source.pipe(bounded(delay(3, loopScheduler), 1))));

test('lets at most the limit into an operator that queues in secret', async () => {
  let entered = 0;
  let left = 0;
  let most = 0;
  const source = Stream.from({
    *[Symbol.iterator]() {
      while (entered < 100) {
        most = Math.max(most, ++entered - left);
        yield entered;
      }
    },
  });
  const slow = rx.concatMap(async (value: number) => {
    await new Promise((resolve) => setImmediate(resolve));
    return value;
  });
  await source.pipe(bounded(slow, 4)).forEach(() => {
    left++;
  });
  assert.is(left, 100);
  assert.is(most, 4);
});

test('a source that ignores the pause may go on to 16 times the limit, one more is refused', () => {
  const subject = new rx.Subject<number>();
  let code: string | undefined;
  const hang = bounded(
    rx.concatMap(() => rx.NEVER),
    2,
  );
  Stream.from<number>(subject)
    .pipe(hang)
    .subscribe({ error: (error: { code: string }) => (code = error.code) });
  for (let i = 0; i < 32; i++) subject.next(i);
  assert.is(code, undefined);
  subject.next(0);
  assert.is(code, 'ERR_OXBOW_STREAM_OVERFLOW');
});

test('an operator that gives more than it is given is not held up by that', async () => {
  const twice = bounded(
    rx.concatMap((x: number) => rx.of(x, x)),
    2,
  );
  assert.equal(await Stream.from([1, 2, 3]).pipe(twice).collect(), [1, 1, 2, 2, 3, 3]);
});

test('results beyond the number of values are no credit: the limit holds as before', () => {
  const source = new rx.Subject<number>();
  const results = new rx.Subject<number>();
  let paused: boolean | undefined;
  const counted = new Stream<number>((out, flow) => {
    out.add(
      source.subscribe((value) => {
        out.next(value);
        paused = flow.paused;
      }),
    );
  });
  // Gives three results for nothing before it is given a value.
  const generous = bounded(
    (from: rx.Observable<number>) => rx.merge(from.pipe(rx.ignoreElements()), results),
    2,
  );
  const subscription = counted.pipe(generous).subscribe();
  for (let i = 0; i < 3; i++) results.next(i);
  source.next(1);
  assert.is(paused, false);
  source.next(2);
  assert.is(paused, true);
  subscription.unsubscribe();
});

test('refuses what is no operator and a limit that is no count', () => {
  assert.throws(() => bounded(1 as never, 1), /operator/);
  assert.throws(
    () =>
      bounded(
        rx.map((x) => x),
        0,
      ),
    /limit/,
  );
});

test.run();
