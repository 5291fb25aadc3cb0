// covers: src/teardown.ts, src/terminal/abort.ts, src/terminal/batch-intake.ts, src/terminal/intake.ts, src/terminal/pull-intake.ts, src/terminal/value-intake.ts
import { getEventListeners } from 'node:events';
import { createTask, run, sleep, timeout, waitFor } from '@oxbow/loop';
import {
  buffer,
  Channel,
  type Emitter,
  HotStream,
  map,
  mapAsync,
  Stream,
  share,
  takeUntil,
} from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { config, map as stockMap } from 'rxjs';

const test = suite('StreamIterator');

function manual<T>(): { stream: Stream<T>; out: () => Emitter<T>; teardowns: () => number } {
  let emitter: Emitter<T> | undefined;
  let teardowns = 0;
  const stream = new Stream<T>((out) => {
    emitter = out;
    return () => {
      teardowns++;
    };
  });
  return { stream, out: () => emitter as Emitter<T>, teardowns: () => teardowns };
}

test('subscribes at the first next() and not before', async () => {
  let subscriptions = 0;
  const stream = new Stream<number>(() => {
    subscriptions++;
  });
  const iterator = stream.values();
  assert.is(subscriptions, 0);
  void iterator.next();
  void iterator.next();
  assert.is(subscriptions, 1);
  await iterator.return();
});

test('an iterator left before its first next() never subscribes', async () => {
  let subscriptions = 0;
  const iterator = new Stream<number>(() => {
    subscriptions++;
  }).values();
  await iterator.return();
  assert.equal(await iterator.next(), { done: true, value: undefined });
  assert.is(subscriptions, 0);
});

test('concurrent calls of next() are served in order, the end included', async () => {
  const { stream, out } = manual<number>();
  const iterator = stream.values();
  const calls = [iterator.next(), iterator.next(), iterator.next(), iterator.next()];
  out().next(1);
  out().next(2);
  out().complete();
  assert.equal(await Promise.all(calls), [
    { done: false, value: 1 },
    { done: false, value: 2 },
    { done: true, value: undefined },
    { done: true, value: undefined },
  ]);
});

test('buffered values come before the error, the error once, then done', async () => {
  const { stream, out, teardowns } = manual<number>();
  const iterator = stream.values();
  const first = iterator.next();
  out().next(1);
  out().next(2);
  out().error(new Error('source'));
  assert.is(teardowns(), 1, 'torn down with the error, not with its delivery');
  assert.is((await first).value, 1);
  assert.is((await iterator.next()).value, 2);
  assert.is(await iterator.next().catch((error: Error) => error.message), 'source');
  assert.equal(await iterator.next(), { done: true, value: undefined });
});

test('an error that is undefined is an error', async () => {
  const { stream, out } = manual<number>();
  const iterator = stream.values();
  const first = iterator.next().then(
    () => 'resolved',
    (error: unknown) => ['rejected', error],
  );
  out().error(undefined);
  assert.equal(await first, ['rejected', undefined]);
});

test('throw() leaves and rejects with its error', async () => {
  const { stream, teardowns } = manual<number>();
  const iterator = stream.values();
  void iterator.next();
  assert.is(await iterator.throw('mine').catch((error: unknown) => error), 'mine');
  assert.is(teardowns(), 1);
});

test('a teardown error rejects return(); beside an error of the source both arrive', async () => {
  const failing = (end: (out: Emitter<number>) => void): Stream<number> =>
    new Stream<number>((out) => {
      setImmediate(() => end(out));
      return () => {
        throw new Error('teardown');
      };
    });
  const iterator = failing(() => {}).values();
  void iterator.next();
  assert.is(await iterator.return().catch((error: Error) => error.message), 'teardown');

  const both = await failing((out) => out.error(new Error('source')))
    .collect()
    .catch((error: unknown) => error);
  const { name, error, suppressed } = both as { name: string; error: Error; suppressed: Error };
  assert.equal([name, error.message, suppressed.message], ['SuppressedError', 'teardown', 'source']);

  const completed = failing((out) => out.complete()).collect();
  assert.is(await completed.catch((failure: Error) => failure.message), 'teardown');
});

test('a teardown that throws after the source has ended within subscribe arrives, whatever stands between', async () => {
  const ended = (end: (out: Emitter<number>) => void): Stream<number> =>
    new Stream<number>((out) => {
      end(out);
      return () => {
        throw new Error('teardown');
      };
    });
  const pipelines: ((stream: Stream<number>) => Stream<number>)[] = [
    (stream) => stream,
    (stream) => stream.pipe(stockMap((x) => x)),
    (stream) =>
      stream.pipe(
        stockMap((x) => x),
        map((x) => x),
        stockMap((x) => x),
      ),
    (stream) =>
      stream.pipe(
        mapAsync(async (x) => x),
        map((x) => x),
      ),
  ];
  const readers: ((stream: Stream<number>) => Promise<unknown>)[] = [
    (stream) => stream.collect(),
    (stream) => stream.values().next(),
    (stream) => stream.batches().next(),
    (stream) => stream.forEach(() => {}),
    (stream) => stream.to({ write() {} }),
  ];
  for (const pipeline of pipelines) {
    for (const read of readers) {
      const failing = ended((out) => out.error(new Error('source')));
      const { name, error, suppressed } = (await read(pipeline(failing)).catch((both: unknown) => both)) as {
        name: string;
        error: Error;
        suppressed: Error;
      };
      assert.equal([name, error.message, suppressed.message], ['SuppressedError', 'teardown', 'source']);
      const completed = read(pipeline(ended((out) => out.complete())));
      assert.is(await completed.catch((failure: Error) => failure.message), 'teardown');
    }
  }
});

test('a teardown that is given when its consumer has left already, and throws, is reported once', async () => {
  const reported: unknown[] = [];
  config.onUnhandledError = (error) => reported.push(error);
  try {
    const leaving = new Stream<number>((out) => {
      out.next(1);
      return () => {
        throw 'teardown';
      };
    }).forEach(() => {
      throw 'consumer';
    });
    assert.is(await leaving.catch((error: unknown) => error), 'consumer');
    await new Promise((resolve) => setTimeout(resolve));
    assert.equal(reported, ['teardown']);
  } finally {
    config.onUnhandledError = null;
  }
});

for (const values of [1, 2, 3]) {
  test(`an async generator of ${values} that is left, and fails in its cleanup, is reported once or told to the disposer`, async () => {
    const reported: unknown[] = [];
    const stopped: unknown[] = [];
    config.onUnhandledError = (error) => reported.push(error);
    config.onStoppedNotification = (note) => stopped.push((note as { error?: unknown }).error);
    async function* failing(): AsyncGenerator<number> {
      try {
        for (let i = 0; i < values; i++) yield i;
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: what this test is about
        throw 'cleanup';
      }
    }
    const settle = async (): Promise<void> => {
      for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve));
    };
    try {
      for await (const _value of Stream.from(failing())) break;
      await settle();
      assert.equal([...reported, ...stopped], ['cleanup']);
      reported.length = 0;
      stopped.length = 0;
      const idle = Stream.from(failing()).values({ highWaterMark: 1 });
      await idle.next();
      const disposal = await idle[Symbol.asyncDispose]().catch((error: unknown) => error);
      await settle();
      assert.equal(
        [disposal ?? 'untold', ...reported, ...stopped].filter((what) => what === 'cleanup').length,
        1,
      );
    } finally {
      config.onUnhandledError = null;
      config.onStoppedNotification = null;
    }
  });
}

test('asyncDispose waits for an asynchronous teardown, return() does not', async () => {
  let ended = false;
  const stream = new Stream<number>(
    () => () =>
      new Promise<void>((resolve) =>
        setImmediate(() => {
          ended = true;
          resolve();
        }),
      ),
  );
  const left = stream.values();
  void left.next();
  await left.return();
  assert.not(ended);
  const disposed = stream.values();
  void disposed.next();
  await disposed[Symbol.asyncDispose]();
  assert.ok(ended);
});

test('pull() waits in a generator coroutine', async () => {
  const seen = await run(function* () {
    const iterator = Stream.from([1, 2]).values();
    const values: unknown[] = [];
    for (;;) {
      const result = yield* iterator.pull();
      if (result.done === true) return values;
      values.push(result.value);
    }
  });
  assert.equal(seen, [1, 2]);
});

test('pull() starts when it is awaited', async () => {
  let subscriptions = 0;
  const iterator = new Stream<number>((out) => {
    subscriptions++;
    out.next(1);
  }).values();
  const op = iterator.pull();
  assert.is(subscriptions, 0);
  assert.is((await op).value, 1);
  await iterator.return();
});

test('cancelling the task that waits in next() closes the iterator and ends with CancelledError', async () => {
  const { stream, teardowns } = manual<number>();
  const iterator = stream.values();
  const task = createTask(async () => {
    await iterator.next();
  });
  await sleep(0);
  task.cancel('enough');
  const error = await Promise.resolve(task).catch((reason: { code: string }) => reason.code);
  assert.is(error, 'ERR_OXBOW_LOOP_CANCELLED');
  assert.is(teardowns(), 1);
  assert.equal(await iterator.next(), { done: true, value: undefined });
});

test('a task cancelled inside its loop body leaves the loop and the source', async () => {
  const { stream, out, teardowns } = manual<number>();
  const task = createTask(async () => {
    for await (const _ of stream) await sleep(1_000_000);
  });
  await sleep(0);
  out().next(1);
  await sleep(0);
  await sleep(0);
  task.cancel();
  await Promise.resolve(task).catch(() => {});
  assert.is(teardowns(), 1);
});

test('a time limit on next() closes the stream; waitFor leaves the wait as it is', async () => {
  const { stream, out, teardowns } = manual<number>();
  const iterator = stream.values();
  await run(async () => {
    const pending = iterator.next();
    assert.is(await codeOf(waitFor(pending, 1)), 'ERR_OXBOW_LOOP_TIMEOUT');
    out().next(5);
    assert.equal(await pending, { done: false, value: 5 });
    const limited = timeout(1, async () => {
      await iterator.next();
    });
    assert.is(await codeOf(limited), 'ERR_OXBOW_LOOP_TIMEOUT');
  });
  assert.is(teardowns(), 1);
});

test('an aborted signal drops what waits and is told once', async () => {
  const { stream, out } = manual<number>();
  const controller = new AbortController();
  const iterator = stream.values({ signal: controller.signal });
  const first = iterator.next();
  out().next(1);
  out().next(2);
  await first;
  controller.abort('stop');
  assert.is(await iterator.next().catch((reason: unknown) => reason), 'stop');
  assert.equal(await iterator.next(), { done: true, value: undefined });
});

test('a signal aborted before rejects without subscribing', async () => {
  let subscriptions = 0;
  const stream = new Stream<number>(() => {
    subscriptions++;
  });
  const signal = AbortSignal.abort('before');
  assert.is(
    await stream
      .values({ signal })
      .next()
      .catch((reason: unknown) => reason),
    'before',
  );
  assert.is(await stream.forEach(() => {}, { signal }).catch((reason: unknown) => reason), 'before');
  assert.is(await stream.collect({ signal }).catch((reason: unknown) => reason), 'before');
  assert.is(subscriptions, 0);
});

test('no terminal and no stream leaves a listener on its signal', async () => {
  const { signal } = new AbortController();
  const source = (): Stream<number> => Stream.from([1, 2]);
  for await (const _ of source().values({ signal })) break;
  for await (const _ of source().batches({ signal })) {
    // Reads to the end.
  }
  await source().forEach(() => {}, { signal });
  await source().collect({ signal });
  await source().to({ write() {} }, { signal });
  await source().pipe(buffer({ signal }), share({ signal }), takeUntil(signal)).collect();
  const channel = new Channel<number>({ signal });
  channel.close();
  const hot = new HotStream<number>({ pause() {}, resume() {}, leave() {} }, { onLeave: 'close', signal });
  hot.subscribe().unsubscribe();
  const ended = new HotStream<number>({ pause() {}, resume() {}, leave() {} }, { onLeave: 'resume', signal });
  ended.end();
  assert.is(getEventListeners(signal, 'abort').length, 0);
});

test('batches() gives what arrived in one go as one array, at most max', async () => {
  const stream = new Stream<number>((out) => {
    setImmediate(() => {
      for (let i = 0; i < 5; i++) out.next(i);
      out.complete();
    });
  });
  const all: number[][] = [];
  for await (const values of stream.batches()) all.push(values);
  assert.equal(all, [[0, 1, 2, 3, 4]]);
  const twos: number[][] = [];
  for await (const values of stream.batches({ max: 2 })) twos.push(values);
  assert.equal(twos, [[0, 1], [2, 3], [4]]);
});

test('batches() hands a full buffer to a reader that waits, without a pause; the next one pauses the source', async () => {
  const paused: boolean[] = [];
  const stream = new Stream<number>((out, flow) => {
    setImmediate(() => {
      for (let i = 0; i < 8; i++) {
        out.next(i);
        paused.push(flow.paused);
      }
      out.complete();
    });
  });
  const all: number[][] = [];
  for await (const values of stream.batches({ highWaterMark: 4 })) all.push(values);
  assert.equal(all, [
    [0, 1, 2, 3],
    [4, 5, 6, 7],
  ]);
  assert.equal(paused, [false, false, false, false, false, false, false, true]);
});

test('batches() with a max below the buffer still pauses the source when that is full', async () => {
  const { stream, out } = manual<number>();
  const iterator = stream.batches({ highWaterMark: 4, max: 1 });
  const first = iterator.next();
  for (let i = 0; i < 7; i++) out().next(i);
  assert.match(String(stream.why()), /batches\(\) holds back the source .* 6 values wait/);
  assert.equal((await first).value, [0]);
  await iterator.return();
});

test('an array of batches() belongs to the reader: the source keeps its own', async () => {
  const emitted = [1, 2, 3];
  const stream = new Stream<number>((out) => {
    out.batch(emitted);
    out.complete();
  });
  for await (const values of stream.batches()) values.length = 0;
  assert.equal(emitted, [1, 2, 3]);
});

async function codeOf(waiting: PromiseLike<unknown>): Promise<string | undefined> {
  try {
    await waiting;
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test.run();
