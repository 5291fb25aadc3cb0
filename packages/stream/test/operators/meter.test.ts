import { createTask, run, sleep, VirtualClock } from '@oxbow/loop';
import { type MeterReading, meter, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('meter');

test('does what its drawing shows', () =>
  assertDrawing('meter', ({ source }) => source.pipe(meter(() => {}))));

const inVirtualTime = <T>(main: () => Promise<T>): Promise<T> => run(main, { clock: new VirtualClock() });

/** Emits its values at its times, in ms since the subscription. */
function _at(...timed: ReadonlyArray<readonly [number, string | Error]>): Stream<string> {
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

test('meter reports at its interval and once at the end', async () => {
  await inVirtualTime(async () => {
    const readings: MeterReading[] = [];
    const bytes = new Stream<Uint8Array>((out) => {
      const task = createTask(async () => {
        for (let i = 0; i < 3; i++) {
          await sleep(400);
          out.next(new Uint8Array(10));
        }
        out.complete();
      });
      return () => {
        task.cancel();
      };
    });
    await bytes.pipe(meter((reading) => readings.push(reading))).collect();
    assert.is(readings.length, 2);
    assert.equal([readings[0]?.values, readings[0]?.bytes, readings[0]?.valuesPerSecond], [2, 20, 2]);
    assert.equal([readings[1]?.values, readings[1]?.bytes, readings[1]?.final], [3, 30, true]);
  });
});

test('refuses what is no function', () => {
  assert.throws(() => meter(1 as never), /function/);
});

test.run();
