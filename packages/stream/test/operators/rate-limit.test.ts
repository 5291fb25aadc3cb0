import { Future, run, sleep, VirtualClock } from '@oxbow/loop';
import { loopScheduler, rateLimit, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('rateLimit');

test('does what its drawing shows', () =>
  assertDrawing('rateLimit', ({ source }) => source.pipe(rateLimit({ limit: 1, perMs: 3 }))));

const inVirtualTime = <T>(main: () => Promise<T>): Promise<T> => run(main, { clock: new VirtualClock() });

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

test('refuses a limit and a time that are none', () => {
  assert.throws(() => rateLimit(0), /limit/);
  assert.throws(() => rateLimit({ limit: 1, perMs: -1 }), /perMs/);
});

/** 1, 2, 3, …: as many as the consumer lets pass. */
const endless = (): Stream<number> =>
  Stream.from({
    *[Symbol.iterator]() {
      for (let n = 1; ; n++) yield n;
    },
  });

test('a consumer that stops holds it back; it goes on when that goes on, without its pace being made up for', () =>
  inVirtualTime(async () => {
    const goOn = new Future<void>();
    const got: number[] = [];
    const source = endless();
    const consuming = source
      .pipe(rateLimit({ limit: 10, perMs: 100, burst: 2 }))
      .forEach(async (n) => {
        got.push(n);
        if (n === 1) await goOn;
        if (n === 6) throw new Error('enough');
      })
      .catch((error: Error) => error.message);
    await sleep(10_000);
    assert.equal(got, [1]);
    goOn.setResult(undefined);
    assert.is(await consuming, 'enough');
    assert.equal(got, [1, 2, 3, 4, 5, 6]);
  }));

test.run();
