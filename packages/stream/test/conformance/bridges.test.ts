// covers: src/to/readable.ts, src/to/web-stream.ts, src/to/sink.ts, src/from/readable.ts, src/from/web-stream.ts
/** Streams of Node and of the web on both sides: what users of those expect of an end, an error, a cancel and a destroy. */
import { PassThrough, Readable, Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { ReadableStream, TransformStream, WritableStream } from 'node:stream/web';
import { Channel, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';

const test = suite('bridges to the streams of Node and of the web');

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const messageOf = (error: unknown): string => (error as Error).message;
const codeOf = (error: unknown): unknown => (error as { code?: string }).code;
const resolved = (): string => 'resolved';

/** A source without end that obeys, and says when it has been left. */
function endless(): { stream: Stream<number>; left: () => number } {
  let left = 0;
  const stream = new Stream<number>((out, flow) => {
    let next = 0;
    const pump = (): void => {
      while (!flow.paused && !out.closed) out.next(next++);
      flow.onResume(pump);
    };
    pump();
    return () => {
      left++;
    };
  });
  return { stream, left: () => left };
}

const failing = (error: Error): Stream<number> =>
  new Stream<number>((out) => {
    out.next(1);
    out.error(error);
  });

const discarding = (options: { objectMode?: boolean } = { objectMode: true }): Writable =>
  new Writable({ ...options, write: (_chunk, _encoding, callback) => callback() });

// toWeb()

test('toWeb: both branches of a tee get every value', async () => {
  const [first, second] = Stream.from([1, 2, 3]).toWeb().tee();
  for (const branch of [first, second]) assert.equal(await Stream.from<number>(branch).collect(), [1, 2, 3]);
});

test('toWeb: the source is left when both branches of a tee are cancelled', async () => {
  const { stream, left } = endless();
  const [first, second] = stream.toWeb().tee();
  const reader = first.getReader();
  await reader.read();
  const cancelled = [reader.cancel('first'), second.cancel('second')];
  await Promise.all(cancelled);
  assert.is(left(), 1);
});

test('toWeb: a failure is the very error, for a read and for closed', async () => {
  const error = new Error('source');
  const reader = failing(error).toWeb().getReader();
  assert.equal(await reader.read(), { done: false, value: 1 });
  assert.is(await reader.read().catch((reason) => reason), error);
  assert.is(await reader.closed.catch((reason) => reason), error);
});

test('toWeb: cancel ends a read that waits, and leaves the source', async () => {
  let left = 0;
  const reader = new Stream<number>(() => () => {
    left++;
  })
    .toWeb()
    .getReader();
  const waiting = reader.read();
  await turn();
  await reader.cancel('enough');
  assert.is(left, 1);
  assert.equal(await waiting, { done: true, value: undefined });
});

test('toWeb: one that is cancelled before it is read never subscribes', async () => {
  let subscriptions = 0;
  const web = new Stream<number>(() => {
    subscriptions++;
  }).toWeb();
  await web.cancel('never mind');
  assert.is(subscriptions, 0);
});

test('toWeb: cancel waits for an asynchronous teardown and fails with it', async () => {
  const reader = new Stream<number>((out) => {
    out.next(1);
    return async () => {
      await turn();
      throw new Error('teardown');
    };
  })
    .toWeb()
    .getReader();
  await reader.read();
  assert.is(await reader.cancel().then(resolved, messageOf), 'teardown');
});

test('toWeb: a reader of bytes into given buffers is refused: the stream carries values', () => {
  const web = Stream.from([new Uint8Array(2)]).toWeb();
  assert.throws(
    () => web.getReader({ mode: 'byob' }),
    (error: unknown) => codeOf(error) === 'ERR_INVALID_ARG_VALUE',
  );
});

test('toWeb: pipeTo aborts its target with the failure, and leaves it alone when told so', async () => {
  for (const preventAbort of [false, true]) {
    const aborts: unknown[] = [];
    const target = new WritableStream<number>({ abort: (reason) => void aborts.push(messageOf(reason)) });
    const outcome = await failing(new Error('source'))
      .toWeb()
      .pipeTo(target, { preventAbort })
      .then(resolved, messageOf);
    assert.is(outcome, 'source');
    assert.equal(aborts, preventAbort ? [] : ['source']);
    assert.not(target.locked);
  }
});

test('toWeb: pipeTo closes its target, and leaves it open when told so', async () => {
  for (const preventClose of [false, true]) {
    let closed = false;
    const target = new WritableStream<number>({
      close: () => {
        closed = true;
      },
    });
    await Stream.from([1]).toWeb().pipeTo(target, { preventClose });
    assert.is(closed, !preventClose);
  }
});

test('toWeb: a target that fails leaves the source, unless cancelling is prevented', async () => {
  for (const preventCancel of [false, true]) {
    const { stream, left } = endless();
    const web = stream.toWeb();
    const target = new WritableStream<number>({
      write: () => {
        throw new Error('target');
      },
    });
    assert.is(await web.pipeTo(target, { preventCancel }).then(resolved, messageOf), 'target');
    assert.is(left(), preventCancel ? 0 : 1);
    if (preventCancel) await web.cancel();
  }
});

test('toWeb: an aborted pipeTo leaves the source', async () => {
  const { stream, left } = endless();
  const stop = new AbortController();
  const target = new WritableStream<number>({ write: () => stop.abort('enough') });
  const outcome = await stream
    .toWeb()
    .pipeTo(target, { signal: stop.signal })
    .catch((reason) => reason);
  assert.is(outcome, 'enough');
  assert.is(left(), 1);
});

test('toWeb: works as the body of a Response and through a TransformStream', async () => {
  const encoder = new TextEncoder();
  const body = Stream.from(['he', 'llo'].map((text) => encoder.encode(text))).toWeb();
  assert.is(await new Response(body as never).text(), 'hello');
  const doubled = Stream.from([1, 2])
    .toWeb()
    .pipeThrough(new TransformStream<number, number>({ transform: (value, out) => out.enqueue(value * 2) }));
  assert.equal(await Stream.from<number>(doubled).collect(), [2, 4]);
});

// toReadable()

test('toReadable: a failing target of pipeline leaves the source', async () => {
  const { stream, left } = endless();
  const target = new Writable({
    objectMode: true,
    write: (_chunk, _encoding, callback) => callback(new Error('target')),
  });
  assert.is(await pipeline(stream.toReadable(), target).then(resolved, messageOf), 'target');
  assert.is(left(), 1);
});

test('toReadable: a failing source destroys the target of pipeline', async () => {
  const target = discarding();
  assert.is(
    await pipeline(failing(new Error('source')).toReadable(), target).then(resolved, messageOf),
    'source',
  );
  assert.ok(target.destroyed);
});

test('toReadable: an aborted pipeline leaves the source', async () => {
  const { stream, left } = endless();
  const stop = new AbortController();
  const target = new Writable({
    objectMode: true,
    write: (_chunk, _encoding, callback) => {
      stop.abort();
      setImmediate(callback);
    },
  });
  const outcome = await pipeline(stream.toReadable(), target, { signal: stop.signal }).catch(
    (error: Error) => error.name,
  );
  assert.is(outcome, 'AbortError');
  assert.is(left(), 1);
});

test('toReadable: one that is destroyed while it waits does not pretend to have ended', async () => {
  const readable = new Stream<number>(() => {}).toReadable();
  let ended = false;
  readable.on('end', () => {
    ended = true;
  });
  readable.resume();
  await turn();
  readable.destroy();
  assert.is(await finished(readable).then(resolved, codeOf), 'ERR_STREAM_PREMATURE_CLOSE');
  assert.not(ended);
});

test('toReadable: destroying with an error, and a teardown that fails, show as its error', async () => {
  const destroyed = endless().stream.toReadable();
  destroyed.read();
  await turn();
  destroyed.destroy(new Error('mine'));
  assert.is(await finished(destroyed).then(resolved, messageOf), 'mine');
  const stuck = new Stream<number>((out) => {
    out.next(1);
    return () => {
      throw new Error('teardown');
    };
  }).toReadable();
  stuck.read();
  await turn();
  stuck.destroy();
  assert.is(await finished(stuck).then(resolved, messageOf), 'teardown');
});

test('toReadable: one that is destroyed before it is read never subscribes', async () => {
  let subscriptions = 0;
  const readable = new Stream<number>(() => {
    subscriptions++;
  }).toReadable();
  readable.destroy();
  await finished(readable).catch(() => {});
  assert.is(subscriptions, 0);
});

test('toReadable: every value but null goes through object mode', async () => {
  const values = [undefined, 0, '', false, Number.NaN, []];
  const seen: unknown[] = [];
  for await (const value of Stream.from(values).toReadable()) seen.push(value);
  assert.equal(seen, values);
});

test('toReadable: without object mode text and bytes go through, encodings apply, objects are refused', async () => {
  const bytes = { objectMode: false };
  const euro = Stream.from([Buffer.from([0xe2, 0x82]), Buffer.from([0xac])]).toReadable(bytes);
  euro.setEncoding('utf8');
  let text = '';
  for await (const chunk of euro) text += chunk;
  for await (const chunk of Stream.from(['', 'a', '', 'b']).toReadable(bytes)) text += chunk;
  assert.is(text, '€ab');
  const objects = Stream.from([{}]).toReadable(bytes);
  objects.resume();
  assert.is(await finished(objects).then(resolved, codeOf), 'ERR_INVALID_ARG_TYPE');
});

test('toReadable: pipeline and Readable.from take a Stream as it is', async () => {
  const seen: unknown[] = [];
  await pipeline(Stream.from([1, 2]), async (source: AsyncIterable<number>) => {
    for await (const value of source) seen.push(value);
  });
  for await (const value of Readable.from(Stream.from([3]))) seen.push(value);
  assert.equal(seen, [1, 2, 3]);
});

// to(Writable) and to(WritableStream)

test('to: a Writable that is destroyed already is refused at once, with what it died of', async () => {
  const dead = discarding();
  dead.destroy();
  const died = discarding();
  died.on('error', () => {});
  died.destroy(new Error('broken before'));
  await turn();
  for (const values of [[1], []]) {
    assert.is(await Stream.from(values).to(dead).then(resolved, codeOf), 'ERR_OXBOW_STREAM_PREMATURE_CLOSE');
    assert.is(await Stream.from(values).to(died).then(resolved, messageOf), 'broken before');
  }
});

test('to: a Writable that has ended is refused, whether it has finished or not', async () => {
  const finishedOne = discarding();
  finishedOne.end();
  await finished(finishedOne);
  assert.is(
    await Stream.from([1]).to(finishedOne).then(resolved, codeOf),
    'ERR_OXBOW_STREAM_PREMATURE_CLOSE',
  );
  const ending = discarding();
  ending.end();
  assert.is(await Stream.from([1]).to(ending).then(resolved, codeOf), 'ERR_STREAM_WRITE_AFTER_END');
});

test('to: a WritableStream is unlocked again, however it ends', async () => {
  for (const preventClose of [false, true]) {
    const target = new WritableStream<number>();
    await Stream.from([1]).to(target, { preventClose });
    assert.not(target.locked);
    const aborts: unknown[] = [];
    const unlucky = new WritableStream<number>({ abort: (reason) => void aborts.push(messageOf(reason)) });
    assert.is(
      await failing(new Error('source')).to(unlucky, { preventClose }).then(resolved, messageOf),
      'source',
    );
    await turn();
    assert.not(unlucky.locked);
    assert.equal(aborts, preventClose ? [] : ['source']);
  }
});

test('to: a WritableStream that is locked, closed or broken is refused', async () => {
  const locked = new WritableStream<number>();
  locked.getWriter();
  assert.throws(() => Stream.from([1]).to(locked), /locked/);
  const closed = new WritableStream<number>();
  await closed.close();
  assert.match(await Stream.from([1]).to(closed).then(resolved, messageOf), 'closed');
  const broken = new WritableStream<number>({ start: (controller) => controller.error(new Error('broken')) });
  assert.is(await Stream.from([1]).to(broken).then(resolved, messageOf), 'broken');
});

// Stream.from

test('from: a ReadableStream that is locked or broken fails the stream, and is unlocked again', async () => {
  const locked = new ReadableStream();
  locked.getReader();
  assert.match(await Stream.from(locked).collect().then(resolved, messageOf), 'locked');
  const broken = new ReadableStream({ start: (controller) => controller.error(new Error('broken')) });
  assert.is(await Stream.from(broken).collect().then(resolved, messageOf), 'broken');
  assert.not(broken.locked);
});

test('from: leaving a ReadableStream cancels and unlocks it; a byte stream reads like any other', async () => {
  let cancelled = 0;
  const web = new ReadableStream<number>({
    pull: (controller) => controller.enqueue(1),
    cancel: () => {
      cancelled++;
    },
  });
  for await (const _ of Stream.from<number>(web)) break;
  assert.is(cancelled, 1);
  assert.not(web.locked);
  const bytes = new ReadableStream({
    type: 'bytes',
    start: (controller) => {
      controller.enqueue(new Uint8Array([1, 2]));
      controller.close();
    },
  });
  assert.equal(await Stream.from<Uint8Array>(bytes as never).collect(), [new Uint8Array([1, 2])]);
});

test('from: a Readable that is destroyed without an error is no plain end', async () => {
  let reads = 0;
  const readable = new Readable({
    read() {
      setImmediate(() => {
        this.push('a');
        if (++reads === 3) this.destroy();
      });
    },
  });
  const seen: string[] = [];
  const outcome = await Stream.from<Buffer>(readable)
    .forEach((chunk) => void seen.push(String(chunk)))
    .then(resolved, codeOf);
  assert.is(outcome, 'ERR_OXBOW_STREAM_PREMATURE_CLOSE');
  assert.ok(seen.length > 0);
});

test('from: what had come of a Readable is read before its error', async () => {
  const source = new PassThrough({ objectMode: true });
  for (let i = 0; i < 3; i++) source.write(i);
  const seen: number[] = [];
  const iterator = Stream.from<number>(source).values();
  seen.push((await iterator.next()).value as number);
  await turn();
  source.destroy(new Error('broke'));
  await turn();
  const outcome = await (async () => {
    for await (const value of iterator) seen.push(value);
  })().then(resolved, messageOf);
  assert.equal([...seen, outcome], [0, 1, 2, 'broke']);
});

test('from: encodings of a Readable are its own; one that has ended gives a plain end', async () => {
  const encoded = Readable.from([Buffer.from([0xe2, 0x82]), Buffer.from([0xac])], { objectMode: false });
  encoded.setEncoding('utf8');
  assert.is((await Stream.from<string>(encoded).collect()).join(''), '€');
  assert.equal(await Stream.from(encoded).collect(), []);
});

test('from: an error that a Readable has only after it was left harms nobody', async () => {
  const readable = new Readable({
    objectMode: true,
    read() {
      this.push(1);
    },
    destroy: (_error, callback) => {
      setImmediate(() => callback(new Error('late')));
    },
  });
  for await (const _ of Stream.from(readable)) break;
  await new Promise((resolve) => readable.once('close', resolve));
  assert.is(readable.errored?.message, 'late');
  assert.is(readable.listenerCount('error'), 0);
});

test('from: a promise that also has a subscribe of its own is read as a promise', async () => {
  const promise = Object.assign(Promise.resolve('value'), { subscribe: () => {} });
  assert.equal(await Stream.from(promise as PromiseLike<string>).collect(), ['value']);
});

// Signals that have fired before

test('a signal that has fired already refuses without subscribing, at every door', async () => {
  let subscriptions = 0;
  const stream = new Stream<number>(() => {
    subscriptions++;
  });
  const signal = AbortSignal.abort('too late');
  const doors: Record<string, () => Promise<unknown>> = {
    values: () => stream.values({ signal }).next(),
    batches: () => stream.batches({ signal }).next(),
    forEach: () => stream.forEach(() => {}, { signal }),
    collect: () => stream.collect({ signal }),
    to: () => stream.to({ write() {} }, { signal }),
    toWeb: () => stream.toWeb({ signal }).getReader().read(),
    from: () => Stream.from(stream, { signal }).values().next(),
    Channel: () => new Channel<number>({ signal }).values().next(),
  };
  for (const [name, open] of Object.entries(doors)) {
    assert.is(await open().then(resolved, (reason) => reason), 'too late', name);
  }
  const readable = stream.toReadable({ signal });
  readable.resume();
  const cause = await finished(readable).catch((error: Error) => error.cause);
  assert.is(cause, 'too late');
  assert.is(subscriptions, 0);
});

test.run();
