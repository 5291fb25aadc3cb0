// covers: src/operators/branch.ts, src/operators/share.ts
import { merge, OVERFLOW_POLICIES, type OverflowPolicy, Stream, share } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('share');

test('does what its drawing shows', () =>
  assertDrawing('share', ({ source }) => {
    const shared = source.pipe(share());
    return merge(shared, shared);
  }));
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

interface OneHung {
  /** How many of the others have come to the end, and how many values each of them has had. */
  readonly complete: number;
  readonly seen: ReadonlySet<number>;
  readonly emitted: number;
  /** What `why()` tells of the hung one's queue in `share`. */
  readonly dropped: number;
  /** What the hung one gets when it reads on, and how that ends. */
  readonly late: readonly number[];
  readonly code: string | undefined;
}

/** 999 consumers that keep up and one that takes a value and hangs. */
async function withOneHung(overflow: OverflowPolicy): Promise<OneHung> {
  const { stream, emitted } = counting();
  const shared = stream.pipe(share({ overflow, highWaterMark: 16 }));
  let complete = 0;
  const counts = Array.from({ length: SUBSCRIBERS - 1 }, () => 0);
  for (const i of counts.keys()) {
    const count = (): void => {
      counts[i] = (counts[i] as number) + 1;
    };
    shared.forEach(count).then(() => complete++);
  }
  const hung = shared.values({ highWaterMark: 16 });
  const late = [(await hung.next()).value as number];
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
  const report = shared.why().consumers.find(({ name }) => name === 'values()');
  const dropped = report?.upstream[0]?.dropped ?? 0;
  const result = { complete, seen: new Set(counts), emitted: emitted(), dropped };
  let code: string | undefined;
  if (overflow !== 'pause') {
    try {
      for await (const value of hung) late.push(value);
    } catch (error) {
      code = (error as { code: string }).code;
    }
  }
  await hung.return();
  return { ...result, late, code };
}

for (const overflow of OVERFLOW_POLICIES) {
  if (overflow === 'pause') continue;
  test(`under '${overflow}' 999 of 1000 get everything, and what the hung one misses is counted`, async () => {
    const { complete, seen, emitted, dropped, late, code } = await withOneHung(overflow);
    assert.is(emitted, VALUES);
    assert.is(complete, SUBSCRIBERS - 1);
    assert.equal([...seen], [VALUES]);
    if (overflow === 'error') assert.is(code, 'ERR_OXBOW_STREAM_OVERFLOW');
    else assert.is(late.length + dropped, VALUES, `${late.length} read, ${dropped} dropped`);
  });
}

test("under 'pause' one hung consumer of 1000 stops everyone and holds the source within one emission", async () => {
  const { complete, seen, emitted } = await withOneHung('pause');
  assert.is(complete, 0);
  // One in its hand, 16 in each of its two buffers.
  assert.ok(emitted <= 1 + 16 + 16 + 1, `${emitted}`);
  assert.equal([...seen], [emitted]);
});

test('a share of bytes counts bytes, not items', async () => {
  const chunk = new Uint8Array(16 * 1024);
  let emitted = 0;
  const bytes = new Stream<Uint8Array>((out, flow) => {
    const pump = (): void => {
      while (!flow.paused && !out.closed && emitted < 1000) {
        emitted++;
        out.next(chunk);
      }
      if (flow.paused) flow.onResume(pump);
    };
    setImmediate(pump);
  });
  const hung = bytes.pipe(share()).values();
  await hung.next();
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
  // 64 KiB in each of two buffers, one chunk in the hand and one on its way.
  assert.ok(emitted <= 4 + 4 + 2, `${emitted}`);
  await hung.return();
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
