// covers: src/hot/handoff.ts
import { HARD_CAP_FACTOR, HotStream, type HotStreamOptions } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { map } from 'rxjs';

const test = suite('HotStream');

/** A hot stream with a source that writes down what it is told. */
function recorded(options: HotStreamOptions<number>): { hot: HotStream<number>; told: string[] } {
  const told: string[] = [];
  const hot = new HotStream<number>(
    {
      start: () => told.push('start'),
      pause: () => told.push('pause'),
      resume: () => told.push('resume'),
      leave: () => told.push('leave'),
    },
    options,
  );
  return { hot, told };
}

test('starts its source at the first subscription and not before', () => {
  const { hot, told } = recorded({ onLeave: 'resume' });
  assert.equal(told, []);
  const subscription = hot.subscribe();
  assert.equal(told, ['start', 'resume']);
  subscription.unsubscribe();
  hot.subscribe().unsubscribe();
  assert.equal(told, ['start', 'resume', 'pause', 'resume', 'pause']);
});

test('keeps what is pushed before the first consumer, and says that nobody reads', async () => {
  const { hot } = recorded({ onLeave: 'resume' });
  assert.is(hot.push(1), false);
  assert.is(hot.pushBatch([2, 3]), false);
  hot.end();
  assert.equal(await hot.collect(), [1, 2, 3]);
});

test('push says false once the consumer is full, and the source has been paused by then', async () => {
  const { hot, told } = recorded({ onLeave: 'resume', highWaterMark: 2 });
  const iterator = hot.values();
  const first = iterator.next();
  assert.ok(hot.push(0), 'handed to the waiting reader');
  assert.ok(hot.push(1));
  assert.not(hot.push(2));
  assert.equal(told, ['start', 'resume', 'pause']);
  assert.equal(await first, { done: false, value: 0 });
  assert.equal((await iterator.next()).value, 1);
  assert.equal(told, ['start', 'resume', 'pause', 'resume']);
  await iterator.return();
});

test('a second consumer beside the first fails with ERR_OXBOW_STREAM_BUSY', async () => {
  const { hot } = recorded({ onLeave: 'resume' });
  const first = hot.subscribe();
  let code: unknown;
  hot.subscribe({ error: (error: { code: string }) => (code = error.code) });
  assert.is(code, 'ERR_OXBOW_STREAM_BUSY');
  first.unsubscribe();
  hot.end();
  assert.equal(await hot.collect(), []);
});

test("a consumer that leaves under 'resume' pauses the source, and the next goes on where it was", async () => {
  const { hot, told } = recorded({ onLeave: 'resume', highWaterMark: 4 });
  const reading = (async () => {
    for await (const value of hot) if (value === 1) return;
  })();
  hot.pushBatch([0, 1, 2, 3]);
  await reading;
  assert.is(told.at(-1), 'pause');
  assert.not(hot.push(4));
  const second = hot.collect();
  hot.end();
  assert.equal(await second, [2, 3, 4]);
});

test('what was unread comes back also when the source has ended in the meantime', async () => {
  const { hot } = recorded({ onLeave: 'resume' });
  const iterator = hot.values();
  const first = iterator.next();
  hot.pushBatch([0, 1, 2]);
  hot.end();
  await first;
  await iterator.return();
  assert.equal(await hot.collect(), [1, 2]);
});

test('forEach and batches give back what they had not handed over', async () => {
  const { hot } = recorded({ onLeave: 'resume' });
  const controller = new AbortController();
  const hang = (): Promise<void> => new Promise(() => {});
  const reading = hot.forEach(hang, { signal: controller.signal }).catch(() => {});
  hot.pushBatch([0, 1, 2]);
  controller.abort();
  await reading;
  const iterator = hot.batches({ max: 1 });
  assert.equal((await iterator.next()).value, [1]);
  await iterator.return();
  hot.end();
  assert.equal(await hot.collect(), [2]);
});

test('what stands inside operators is gone when the consumer leaves', async () => {
  const { hot } = recorded({ onLeave: 'resume' });
  const iterator = hot.pipe(map((x) => x)).values();
  const first = iterator.next();
  hot.pushBatch([0, 1, 2]);
  await first;
  await iterator.return();
  hot.push(3);
  hot.end();
  assert.equal(await hot.collect(), [3]);
});

test("a consumer that leaves under 'close' frees the source, and later ones get ERR_OXBOW_STREAM_CLOSED", async () => {
  const { hot, told } = recorded({ onLeave: 'close' });
  hot.push(0);
  for await (const _ of hot) break;
  assert.equal(told, ['start', 'resume', 'leave']);
  assert.not(hot.push(1));
  assert.is(await codeOf(hot.collect()), 'ERR_OXBOW_STREAM_CLOSED');
});

test("a stream read to its end under 'close' cannot be read again", async () => {
  const { hot, told } = recorded({ onLeave: 'close' });
  hot.push(0);
  hot.end();
  assert.equal(await hot.collect(), [0]);
  assert.not(told.includes('leave'));
  assert.is(await codeOf(hot.collect()), 'ERR_OXBOW_STREAM_CLOSED');
});

test('an error comes after what was buffered, and only the first end counts', async () => {
  const { hot } = recorded({ onLeave: 'resume' });
  hot.push(0);
  hot.end(new Error('first'));
  hot.end(new Error('second'));
  assert.not(hot.push(1));
  const seen: unknown[] = [];
  const failure = await hot
    .forEach((value) => {
      seen.push(value);
    })
    .catch((error: Error) => error.message);
  assert.equal(seen, [0]);
  assert.is(failure, 'first');
});

test('takes the hard cap and fails one value beyond it', async () => {
  const { hot, told } = recorded({ onLeave: 'resume', highWaterMark: 2 });
  // The first value is kept while the source may still believe it was wanted.
  for (let i = 0; i < 2 * HARD_CAP_FACTOR; i++) hot.push(i);
  assert.not(told.includes('leave'));
  hot.push(-1);
  assert.ok(told.includes('leave'));
  const seen: number[] = [];
  const code = await codeOf(
    hot.forEach((value) => {
      seen.push(value);
    }),
  );
  assert.is(code, 'ERR_OXBOW_STREAM_OVERFLOW');
  assert.is(seen.length, 2 * HARD_CAP_FACTOR);
});

test('under a policy that drops the source is never paused', async () => {
  const { hot, told } = recorded({ onLeave: 'resume', highWaterMark: 2, overflow: 'drop-oldest' });
  const iterator = hot.values();
  const first = iterator.next();
  for (let i = 0; i < 10; i++) assert.ok(hot.push(i));
  hot.end();
  assert.equal((await first).value, 0);
  const rest: number[] = [];
  for await (const value of iterator) rest.push(value);
  assert.equal(rest, [8, 9]);
  assert.equal(told, ['start', 'resume']);
});

test('an aborted signal ends the stream with its reason', async () => {
  const controller = new AbortController();
  const { hot } = recorded({ onLeave: 'resume', signal: controller.signal });
  const reading = hot.collect().catch((reason: unknown) => reason);
  controller.abort('over');
  assert.is(await reading, 'over');
});

test('refuses an unknown option and an unknown onLeave', () => {
  assert.throws(() => recorded({ onLeave: 'resume', highWaterMrk: 1 } as never), /highWaterMark/);
  assert.throws(() => recorded({ onLeave: 'stay' } as never), /onLeave/);
});

async function codeOf(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(
    () => undefined,
    (error: { code: string }) => error.code,
  );
}

test('counts what no consumer has taken, wherever it waits, and tells when a waiting value is taken', async () => {
  let taken = 0;
  const source = { pause: () => {}, resume: () => {}, leave: () => {}, taken: () => (taken += 1) };
  const hot = new HotStream<number>(source, { onLeave: 'resume' });
  hot.push(1);
  assert.is(hot.unread, 1);
  const reader = hot.values();
  assert.equal(await reader.next(), { done: false, value: 1 });
  assert.is(hot.unread, 0);
  hot.push(2);
  hot.push(3);
  assert.is(hot.unread, 2);
  const before = taken;
  await reader.next();
  assert.equal([hot.unread, taken - before], [1, 1]);
  await reader.return();
  assert.is(hot.unread, 1, 'what a reader leaves is taken back');
});

test('an operator takes what it is handed', () => {
  const hot = new HotStream<number>(
    { pause: () => {}, resume: () => {}, leave: () => {} },
    { onLeave: 'resume' },
  );
  hot.pipe(map((value) => value)).subscribe();
  hot.push(1);
  assert.is(hot.unread, 0);
});

test.run();
