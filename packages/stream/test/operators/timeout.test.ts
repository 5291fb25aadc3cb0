import { createTask, run, sleep, VirtualClock } from '@oxbow/loop';
import { Stream, timeout } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('timeout');

test('does what its drawing shows', () => assertDrawing('timeout', ({ source }) => source.pipe(timeout(5))));

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

const codeOf = (error: unknown): unknown => (error as { code?: string }).code;

test('timeout fails with the TimeoutError of the loop after a silence, counted from value to value', async () => {
  await inVirtualTime(async () => {
    assert.equal(await at([90, 'a'], [180, 'b'], [270, '|']).pipe(timeout(100)).collect(), ['a', 'b']);
    const silent = at([90, 'a'], [200, 'b']).pipe(timeout(100));
    assert.is(await silent.collect().catch(codeOf), 'ERR_OXBOW_LOOP_TIMEOUT');
  });
});

test('timeout({ first }) watches over the first value only', async () => {
  await inVirtualTime(async () => {
    assert.equal(
      await at([10, 'a'], [900, 'b'], [901, '|'])
        .pipe(timeout({ first: 50 }))
        .collect(),
      ['a', 'b'],
    );
    assert.is(
      await at([60, 'a'])
        .pipe(timeout({ first: 50 }))
        .collect()
        .catch(codeOf),
      'ERR_OXBOW_LOOP_TIMEOUT',
    );
  });
});

test('timeout({ with }) goes over to another stream and says what was seen', async () => {
  await inVirtualTime(async () => {
    const seen = await at([10, 'a'], [500, 'b'])
      .pipe(timeout({ each: 100, with: ({ seen: count, lastValue }) => [`${count} ${lastValue}`] }))
      .collect();
    assert.equal(seen, ['a', '1 a']);
  });
});

test('timeout does not count the time in which the consumer is slow', async () => {
  await inVirtualTime(async () => {
    const seen: number[] = [];
    for await (const value of Stream.from([1, 2, 3]).pipe(timeout(100)).values({ highWaterMark: 1 })) {
      await sleep(1000);
      seen.push(value);
    }
    assert.equal(seen, [1, 2, 3]);
  });
});

test('timeout needs a time and knows its options', () => {
  assert.throws(() => timeout({}), /needs a time/);
  assert.throws(() => timeout({ eech: 5 } as never), /each/);
});

test.run();
