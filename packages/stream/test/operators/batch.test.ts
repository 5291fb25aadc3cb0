import { createTask, run, sleep, VirtualClock } from '@oxbow/loop';
import { batch, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('batch');

test('does what its drawing shows', () => assertDrawing('batch', ({ source }) => source.pipe(batch(2))));

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

test('refuses a number and a time that are none', () => {
  assert.throws(() => batch(0), /max/);
  assert.throws(() => batch({ ms: 0 }), /ms/);
});

test.run();
