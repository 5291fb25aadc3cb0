// covers: src/gate.ts, src/flow.ts, src/terminal/intake.ts, src/terminal/pull-intake.ts, src/terminal/stream-iterator.ts
// covers: src/terminal/value-intake.ts
/**
 * The rules of the Reactive Streams specification 1.0.4, with a binary gate in the place of a count: to ask for values is
 * to open the gate, to have asked for enough is to close it. Rules about counts, threads and types have no test here.
 */
import { PassThrough, Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  Channel,
  type Emitter,
  HotStream,
  mapAsync,
  mergeMap,
  Stream,
  type StreamInput,
  share,
} from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { map } from 'rxjs';

const test = suite('the rules of Reactive Streams');

const HIGH_WATER = 8;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const hang = (): Promise<void> => new Promise(() => {});
const never = new Stream<number>(() => {});

/** Emits while it may, counts what it has emitted. */
function counting(limit = Number.POSITIVE_INFINITY): { stream: Stream<number>; emitted: () => number } {
  let emitted = 0;
  const stream = new Stream<number>((out, flow) => {
    const pump = (): void => {
      while (!flow.paused && !out.closed && emitted < limit) out.next(emitted++);
      if (emitted >= limit) out.complete();
      else flow.onResume(pump);
    };
    pump();
  });
  return { stream, emitted: () => emitted };
}

function withTeardown(start: (out: Emitter<number>) => void): { stream: Stream<number>; left: () => number } {
  let left = 0;
  const stream = new Stream<number>((out) => {
    start(out);
    return () => {
      left++;
    };
  });
  return { stream, left: () => left };
}

/** Sources that count how often they were asked or how much they have given. */
const SOURCES: Record<string, (count: () => number) => StreamInput<number>> = {
  'an iterable': (count) => ({
    *[Symbol.iterator]() {
      for (;;) yield count();
    },
  }),
  'an async iterable': (count) => ({
    async *[Symbol.asyncIterator]() {
      for (;;) yield count();
    },
  }),
  'a ReadableStream': (count) =>
    new ReadableStream<number>({ pull: (out) => out.enqueue(count()) }, { highWaterMark: 0 }),
  'a Readable': (count) =>
    new Readable({
      objectMode: true,
      highWaterMark: 1,
      read() {
        setImmediate(() => this.push(count()));
      },
    }),
  'a producer of its own': (count) =>
    new Stream<number>((out, flow) => {
      const pump = (): void => {
        while (!flow.paused && !out.closed) out.next(count());
        flow.onResume(pump);
      };
      pump();
    }),
};

for (const [name, make] of Object.entries(SOURCES)) {
  test(`1.1 ${name} gives at most one value more once its consumer is full`, async () => {
    let given = 0;
    const stream = Stream.from(make(() => given++)).pipe(map((value) => value));
    const iterator = stream.values({ highWaterMark: HIGH_WATER });
    await iterator.next();
    for (let i = 0; i < 3 * HIGH_WATER; i++) await turn();
    // One was taken; a Readable has its own buffer of one, with one on its way.
    assert.ok(given <= 1 + HIGH_WATER + 2, `${given}`);
    await iterator.return();
  });
}

test('1.1 a batch is handed to a stock operator one value at a time, and stops at the value that fills the consumer', async () => {
  let handed = 0;
  let out: Emitter<number> | undefined;
  const stream = new Stream<number>((emitter) => {
    out = emitter;
  });
  const iterator = stream
    .pipe(
      map((value) => {
        handed++;
        return value;
      }),
    )
    .values({ highWaterMark: 1 });
  const first = iterator.next();
  out?.next(0);
  await first;
  out?.batch([1, 2, 3]);
  assert.is(handed, 2);
  for (const value of [1, 2, 3]) assert.is((await iterator.next()).value, value);
  await iterator.return();
});

test('1.2 a source may give less than was asked for, and end', async () => {
  assert.equal(await counting(3).stream.collect(), [0, 1, 2]);
});

test('1.3 calls of a consumer never overlap, and none begins within another', async () => {
  let active = 0;
  let most = 0;
  await counting(200).stream.forEach(
    async () => {
      most = Math.max(most, ++active);
      if (most > 1) throw new Error('overlap');
      await null;
      active--;
    },
    { highWaterMark: 2 },
  );
  const channel = new Channel<number>();
  const done = channel.forEach(async (value) => {
    most = Math.max(most, ++active);
    if (value < 3) channel.trySend(value + 1);
    else channel.close();
    await null;
    active--;
  });
  channel.trySend(0);
  await done;
  assert.is(most, 1);
  const written: number[] = [];
  const loop = new Channel<number>();
  const ended = loop.to({
    write(value) {
      if (value < 3) loop.trySend(value + 1);
      else loop.close();
      written.push(value);
    },
  });
  loop.trySend(0);
  await ended;
  assert.equal(written, [0, 1, 2, 3]);
});

test('1.4 a failure is told as an error', async () => {
  const failed = new Stream<number>((out) => out.error('failed'));
  assert.is(await failed.collect().catch((reason) => reason), 'failed');
});

test('1.5 an end is told as an end', async () => {
  assert.equal(await Stream.from<number>([]).values().next(), { done: true, value: undefined });
});

test('1.6 whoever was told of the end has left: the teardown has run', async () => {
  for (const end of ['complete', 'error'] as const) {
    const { stream, left } = withTeardown((out) => out[end]());
    await stream.collect().catch(() => {});
    assert.is(left(), 1);
  }
});

test('1.7 nothing follows the end', async () => {
  const stream = new Stream<number>((out) => {
    out.next(1);
    out.complete();
    out.next(2);
    out.batch([3]);
    out.error('late');
  });
  assert.equal(await stream.collect(), [1]);
});

test('1.7 nothing follows an end that waits behind a batch', async () => {
  const stream = new Stream<number>((out) => {
    out.batch([1, 2, 3, 4]);
    out.complete();
    out.batch([5]);
    out.next(6);
  });
  const seen: number[] = [];
  for await (const value of stream.pipe(map((x) => x)).values({ highWaterMark: 1 })) seen.push(value);
  assert.equal(seen, [1, 2, 3, 4]);
});

test('1.8 a source that is left falls silent, also when it does not look', async () => {
  const channel = new HotStream<number>({ pause() {}, resume() {}, leave() {} }, { onLeave: 'close' });
  const seen: number[] = [];
  const subscription = channel.subscribe((value) => seen.push(value));
  channel.push(1);
  subscription.unsubscribe();
  assert.not(channel.push(2));
  assert.equal(seen, [1]);
});

test('1.9 subscribing never throws for what the source does', async () => {
  const throwing = new Stream<number>(() => {
    throw new Error('thrown');
  });
  let told: unknown;
  throwing.subscribe({ error: (error) => (told = error) });
  assert.is((told as Error).message, 'thrown');
  assert.is(await throwing.collect().catch((error: Error) => error.message), 'thrown');
});

test('1.10 a stream may be consumed again, and begins anew', async () => {
  const stream = Stream.from([1, 2]);
  assert.equal([...(await stream.collect()), ...(await stream.collect())], [1, 2, 1, 2]);
});

test('1.11 a hot source refuses a second consumer beside the first by name', async () => {
  const channel = new Channel<number>();
  const first = channel.values();
  void first.next();
  const code = await channel
    .values()
    .next()
    .catch((error: { code: string }) => error.code);
  assert.is(code, 'ERR_OXBOW_STREAM_BUSY');
  await first.return();
});

test('2.1 nothing is asked of the source before the consumer asks', async () => {
  const { stream, emitted } = counting();
  const iterator = stream.values();
  const readable = stream.toReadable();
  const web = stream.toWeb();
  await turn();
  assert.is(emitted(), 0);
  await iterator.return();
  readable.destroy();
  await web.cancel();
});

test('2.3 and 2.4 after the end leaving is harmless', async () => {
  const { stream, left } = withTeardown((out) => out.complete());
  const iterator = stream.values();
  await iterator.next();
  await iterator.return();
  await iterator[Symbol.asyncDispose]();
  assert.is(left(), 1);
});

test('2.5 and 2.12 one iterator is one subscription, however often it is asked', async () => {
  let subscriptions = 0;
  const iterator = new Stream<number>((out) => {
    subscriptions++;
    out.next(1);
    out.next(2);
  }).values();
  await Promise.all([iterator.next(), iterator.next()]);
  assert.is(iterator[Symbol.asyncIterator](), iterator);
  assert.is(subscriptions, 1);
  await iterator.return();
});

test('2.6 a consumer that needs no more leaves the source', async () => {
  const { stream, left } = withTeardown((out) => out.next(1));
  for await (const _ of stream) break;
  assert.is(left(), 1);
});

test('2.7 requests made together are served in their order', async () => {
  const channel = new Channel<number>();
  const iterator = channel.values();
  const asked = [iterator.next(), iterator.next(), iterator.next()];
  for (const value of [1, 2]) channel.trySend(value);
  channel.close();
  const answers = await Promise.all(asked);
  assert.equal(
    answers.map(({ value }) => value),
    [1, 2, undefined],
  );
});

test('2.8 values that arrive after leaving go nowhere', async () => {
  let emit: ((value: number) => void) | undefined;
  const iterator = new Stream<number>((out) => {
    emit = (value) => out.next(value);
  }).values();
  const waiting = iterator.next();
  await iterator.return();
  emit?.(1);
  assert.equal([await waiting, await iterator.next()], Array(2).fill({ done: true, value: undefined }));
});

test('2.9 and 2.10 an end or a failure needs no request: it is kept until it is asked for', async () => {
  const iterator = new Stream<number>((out) => {
    out.next(1);
    out.next(2);
    out.error('failed');
  }).values({ highWaterMark: 1 });
  assert.is((await iterator.next()).value, 1);
  assert.is((await iterator.next()).value, 2);
  assert.is(await iterator.next().catch((reason) => reason), 'failed');
  assert.equal(await iterator.next(), { done: true, value: undefined });
});

test('2.13 a consumer that fails leaves the source and is told so', async () => {
  const { stream, left } = withTeardown((out) => out.next(1));
  const failing = stream.forEach(() => {
    throw new Error('consumer');
  });
  assert.is(left(), 1);
  assert.is(await failing.catch((error: Error) => error.message), 'consumer');
});

test('3.2 more may be asked for from within a value', async () => {
  const iterator = counting(10).stream.values({ highWaterMark: 1 });
  const seen: unknown[] = [];
  const step = async (): Promise<void> => {
    const { done, value } = await iterator.next();
    if (done) return;
    seen.push(value);
    await step();
  };
  await step();
  assert.is(seen.length, 10);
});

test('3.3 a fast consumer over a fast source does not pile up calls', async () => {
  let deepest = 0;
  const length = 100_000;
  await counting(length).stream.forEach(
    (value) => {
      if (value % 1000 === 0) deepest = Math.max(deepest, new Error().stack?.split('\n').length ?? 0);
    },
    { highWaterMark: 1 },
  );
  const seen = await Stream.from({
    *[Symbol.iterator]() {
      for (let i = 0; i < length; i++) yield i;
    },
  }).collect();
  assert.is(seen.length, length);
  assert.ok(deepest < 30, `${deepest}`);
});

test('3.4 and 3.5 leaving does not wait for a source that hangs', async () => {
  const hanging = Stream.from({
    async *[Symbol.asyncIterator]() {
      await hang();
      yield 1;
    },
  });
  for (const iterator of [hanging.values(), hanging.batches(), never.values()]) {
    const waiting = iterator.next();
    await iterator.return();
    assert.equal(await waiting, { done: true, value: undefined });
  }
});

test('3.6 and 3.7 after leaving, asking gives the end and leaving does nothing', async () => {
  const { stream, left } = withTeardown((out) => out.next(1));
  const iterator = stream.values();
  await iterator.next();
  for (let i = 0; i < 3; i++) await iterator.return();
  assert.equal(await iterator.next(), { done: true, value: undefined });
  assert.is(left(), 1);
});

test('3.9 a demand below one is refused at the door', () => {
  for (const highWaterMark of [0, -1, Number.NaN]) {
    assert.throws(() => never.values({ highWaterMark }), /highWaterMark/);
  }
});

test('3.10 and 3.11 opening the gate may bring values and the end within the call', async () => {
  const log: string[] = [];
  const iterator = new Stream<number>((out, flow) => {
    out.next(1);
    out.next(2);
    out.next(3);
    flow.onResume(() => {
      log.push('resumed');
      out.next(4);
      out.complete();
    });
  }).values({ highWaterMark: 2 });
  await iterator.next();
  void iterator.next();
  log.push('asked');
  assert.equal(log, ['resumed', 'asked']);
  const rest: unknown[] = [];
  for await (const value of iterator) rest.push(value);
  assert.equal(rest, [3, 4]);
});

test('3.12 a source that is left gets no word to go on any more', async () => {
  let resumed = 0;
  const iterator = new Stream<number>((out, flow) => {
    for (let i = 0; i < 4; i++) out.next(i);
    flow.onResume(() => resumed++);
  }).values({ highWaterMark: 2 });
  await iterator.next();
  await iterator.return();
  await turn();
  assert.is(resumed, 0);
});

test('3.13 a source that is kept does not keep the consumer that left', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const channel = new Channel<object>();
  const consume = async (): Promise<WeakRef<object>> => {
    const iterator = channel.values();
    channel.trySend({});
    await iterator.next();
    await iterator.return();
    return new WeakRef(iterator);
  };
  const left = await consume();
  for (let i = 0; i < 10 && left.deref() !== undefined; i++) {
    await turn();
    collectGarbage();
  }
  assert.is(left.deref(), undefined);
});

test('3.13 a consumer that stays forgets the inner streams that have ended', async () => {
  const stream = counting().stream.pipe(
    mergeMap((value) => Stream.from([value]).pipe(mapAsync(async (x) => x)), 1),
  );
  const iterator = stream.values();
  for (let i = 0; i < 50; i++) await iterator.next();
  assert.ok((stream.why().consumers[0]?.upstream.length ?? 0) <= 3);
  await iterator.return();
});

test('3.14 the last of many consumers takes the shared source with it', async () => {
  const { stream, left } = withTeardown((out) => out.next(1));
  const shared = stream.pipe(share());
  const consumers = [shared.values(), shared.values()];
  for (const consumer of consumers) void consumer.next();
  await consumers[0]?.return();
  assert.is(left(), 0);
  await consumers[1]?.return();
  assert.is(left(), 1);
});

test('3.15 leaving never throws: a teardown that fails rejects', async () => {
  const iterator = new Stream<number>((out) => {
    out.next(1);
    return () => {
      throw new Error('teardown');
    };
  }).values();
  await iterator.next();
  assert.is(await iterator.return().catch((error: Error) => error.message), 'teardown');
});

test('3.16 asking never throws: what the source throws rejects', async () => {
  const iterator = new Stream<number>(() => {
    throw new Error('source');
  }).values();
  assert.is(await iterator.next().catch((error: Error) => error.message), 'source');
});

test('3.17 demand may be as large as a number can count', async () => {
  const { stream, emitted } = counting(5000);
  const iterator = stream.values({ highWaterMark: Number.MAX_SAFE_INTEGER });
  await iterator.next();
  assert.is(emitted(), 5000);
  await iterator.return();
});

test('what a paused Node stream has of its own stays there', async () => {
  const source = new PassThrough({ objectMode: true, highWaterMark: 100 });
  for (let i = 0; i < 50; i++) source.write(i);
  const iterator = Stream.from<number>(source).values({ highWaterMark: 2 });
  await iterator.next();
  await turn();
  assert.ok(source.readableLength + source.writableLength > 30);
  await iterator.return();
});

test.run();
