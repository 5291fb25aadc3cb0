import { OVERFLOW_POLICIES, type OverflowPolicy, Stream, share } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';

const test = suite('share');
const SUBSCRIBERS = 1000;
const VALUES = 300;

/** Emits while it may; says how many it has emitted. */
function counting(): { stream: Stream<number>; emitted: () => number } {
  let emitted = 0;
  const stream = new Stream<number>((out, flow) => {
    const pump = (): void => {
      while (emitted < VALUES && !out.closed) {
        if (flow.paused) {
          flow.onResume(pump);
          return;
        }
        out.next(emitted++);
      }
      out.complete();
    };
    setImmediate(pump);
  });
  return { stream, emitted: () => emitted };
}

/** 999 consumers that keep up and one that takes a value and hangs. */
async function withOneHung(
  overflow: OverflowPolicy,
): Promise<{ complete: number; emitted: number; code?: string }> {
  const { stream, emitted } = counting();
  const shared = stream.pipe(share({ overflow, highWaterMark: 16 }));
  let complete = 0;
  for (let i = 1; i < SUBSCRIBERS; i++) {
    shared.forEach(() => {}).then(() => complete++);
  }
  let code: string | undefined;
  const hung = shared.values({ highWaterMark: 16 });
  await hung.next();
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
  const result = { complete, emitted: emitted() };
  if (overflow === 'error') {
    try {
      for await (const _ of hung) {
        // Reads on to see how it was cut off.
      }
    } catch (error) {
      code = (error as { code: string }).code;
    }
  }
  await hung.return();
  return code === undefined ? result : { ...result, code };
}

for (const overflow of OVERFLOW_POLICIES) {
  if (overflow === 'pause') continue;
  test(`under '${overflow}' one hung consumer of 1000 does not hold the others back`, async () => {
    const { complete, emitted, code } = await withOneHung(overflow);
    assert.is(emitted, VALUES);
    assert.is(complete, SUBSCRIBERS - 1);
    if (overflow === 'error') assert.is(code, 'ERR_OXBOW_STREAM_OVERFLOW');
  });
}

test("under 'pause' one hung consumer of 1000 holds the source at its two buffers", async () => {
  const { complete, emitted } = await withOneHung('pause');
  assert.is(complete, 0);
  assert.ok(emitted <= 16 + 16 + 2, `${emitted}`);
});

test('the source is subscribed to once, left when the last consumer leaves, and begun anew after that', async () => {
  const log: string[] = [];
  const shared = new Stream<number>((out) => {
    log.push('start');
    out.next(1);
    return () => log.push('stop') as never;
  }).pipe(share());
  const a = shared.subscribe();
  const b = shared.subscribe();
  a.unsubscribe();
  assert.equal(log, ['start']);
  b.unsubscribe();
  assert.equal(log, ['start', 'stop']);
  shared.subscribe().unsubscribe();
  assert.equal(log, ['start', 'stop', 'start', 'stop']);
});

test('a hung consumer that leaves lets the others go on', async () => {
  const { stream } = counting();
  const shared = stream.pipe(share({ highWaterMark: 4 }));
  const hung = shared.values({ highWaterMark: 4 });
  const others = shared.collect();
  await hung.next();
  await hung.return();
  assert.is((await others).length, VALUES);
});

test('replay gives a late consumer the last values first', async () => {
  const source = new Stream<number>((out) => {
    for (let i = 0; i < 5; i++) out.next(i);
  });
  const shared = source.pipe(share({ replay: 2 }));
  const first = shared.subscribe();
  const late: number[] = [];
  const second = shared.subscribe((value) => late.push(value));
  assert.equal(late, [3, 4]);
  first.unsubscribe();
  second.unsubscribe();
});

test('an error reaches every consumer after what waits for it', async () => {
  const source = new Stream<number>((out) => {
    setImmediate(() => {
      out.next(1);
      out.next(2);
      out.error(new Error('source'));
    });
  });
  const shared = source.pipe(share());
  const read = async (): Promise<unknown[]> => {
    const seen: unknown[] = [];
    try {
      for await (const value of shared) seen.push(value);
    } catch (error) {
      seen.push((error as Error).message);
    }
    return seen;
  };
  assert.equal(await Promise.all([read(), read()]), [
    [1, 2, 'source'],
    [1, 2, 'source'],
  ]);
});

test('refuses an unknown option and a replay that is no count', () => {
  assert.throws(() => share({ replya: 1 } as never), /replay/);
  assert.throws(() => share({ replay: -1 }), /replay/);
});

test.run();
