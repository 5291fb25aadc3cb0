// covers: src/from/async-iterable.ts, src/from/iterable.ts, src/from/iterator-result.ts, src/from/promise.ts, src/from/readable.ts, src/from/web-stream.ts
// covers: src/terminal/value-intake.ts
import { createReadStream } from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { Stream, type StreamInput } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import * as rx from 'rxjs';

const test = suite('Stream.from');

async function* counted(until: number): AsyncGenerator<number> {
  for (let i = 0; i < until; i++) yield i;
}

const INPUTS: Record<string, () => StreamInput<number>> = {
  'an array': () => [0, 1, 2],
  'a Set': () => new Set([0, 1, 2]),
  'an array-like': () => ({ length: 3, 0: 0, 1: 1, 2: 2 }),
  'a Stream': () => Stream.from([0, 1, 2]),
  'an Observable': () => rx.of(0, 1, 2),
  'an object with Symbol.observable': () => ({ [rx.observable]: () => rx.of(0, 1, 2) }) as never,
  'an object with subscribe()': () => ({ subscribe: (out: never) => rx.of(0, 1, 2).subscribe(out) }) as never,
  'an async generator': () => counted(3),
  'an async iterable': () => ({ [Symbol.asyncIterator]: () => counted(3) }),
  'a Readable': () => Readable.from([0, 1, 2]),
  'a ReadableStream': () => ReadableStream.from([0, 1, 2]) as never,
  'an object of the batch protocol': () =>
    ({
      [Symbol.for('Stream.toAsyncStreamable')]: async () => ({
        async *[Symbol.asyncIterator]() {
          yield [0, 1];
          yield [2];
        },
      }),
    }) as never,
};

for (const [what, input] of Object.entries(INPUTS)) {
  test(`takes ${what}`, async () => {
    assert.equal(await Stream.from(input()).collect(), [0, 1, 2]);
    const seen: number[] = [];
    for await (const value of Stream.from(input())) seen.push(value);
    assert.equal(seen, [0, 1, 2]);
  });
}

test('takes a promise, and its rejection', async () => {
  assert.equal(await Stream.from(Promise.resolve(1)).collect(), [1]);
  const failing = Stream.from(Promise.reject(new Error('no'))).collect();
  assert.is(await failing.catch((error: Error) => error.message), 'no');
});

test('takes a string as its characters, as RxJS does', async () => {
  assert.equal(await Stream.from('abc').collect(), ['a', 'b', 'c']);
});

test('gives a Stream back as it is', () => {
  const stream = Stream.from([1]);
  assert.is(Stream.from(stream), stream);
});

test('is itself an input of the batch protocol', async () => {
  const stream = Stream.from([1, 2]) as never as Record<symbol, () => AsyncIterable<number[]>>;
  const batches: number[][] = [];
  for await (const batch of stream[Symbol.for('Stream.toAsyncStreamable')]?.() ?? []) batches.push(batch);
  assert.equal(batches.flat(), [1, 2]);
});

test('reads an endless iterable only as far as it is wanted, and closes it', async () => {
  let read = 0;
  let closed = false;
  const endless = {
    *[Symbol.iterator]() {
      try {
        for (;;) yield read++;
      } finally {
        closed = true;
      }
    },
  };
  for await (const value of Stream.from(endless)) if (value === 10) break;
  assert.ok(closed);
  assert.ok(read <= 10 + 1 + 64 + 32, `${read}`);
});

test('asks an async iterable for the next value only when it is wanted, and closes it', async () => {
  let read = 0;
  let closed = false;
  async function* endless(): AsyncGenerator<number> {
    try {
      for (;;) yield read++;
    } finally {
      closed = true;
    }
  }
  const iterator = Stream.from(endless()).values({ highWaterMark: 2 });
  await iterator.next();
  for (let i = 0; i < 50; i++) await null;
  assert.ok(read <= 4, `${read}`);
  await iterator[Symbol.asyncDispose]();
  assert.ok(closed);
});

test('leaving an async generator that hangs in next() does not wait for it', async () => {
  async function* hanging(): AsyncGenerator<number> {
    await new Promise(() => {});
    yield 1;
  }
  const iterator = Stream.from(hanging()).values();
  const pending = iterator.next();
  await iterator[Symbol.asyncDispose]();
  assert.ok((await pending).done);
});

test('an error of an iterable, an async iterable, a Readable and a ReadableStream ends the stream', async () => {
  const failing: Array<StreamInput<number>> = [
    {
      // biome-ignore lint/correctness/useYield: it fails before its first value
      *[Symbol.iterator](): Generator<number> {
        throw new Error('input');
      },
    },
    {
      // biome-ignore lint/correctness/useYield: it fails before its first value
      async *[Symbol.asyncIterator](): AsyncGenerator<number> {
        throw new Error('input');
      },
    },
    new Readable({
      read() {
        this.destroy(new Error('input'));
      },
    }) as never,
    new ReadableStream({
      pull() {
        throw new Error('input');
      },
    }) as never,
  ];
  for (const input of failing) {
    assert.is(
      await Stream.from(input)
        .collect()
        .catch((error: Error) => error.message),
      'input',
    );
  }
});

test('a Readable is paused while the consumer is full and destroyed when it leaves', async () => {
  const readable = createReadStream(new URL(import.meta.url), { highWaterMark: 16 });
  const iterator = Stream.from<Uint8Array>(readable).values({ highWaterMark: 16 });
  await iterator.next();
  // The file's next chunk comes when the disk gives it: the deadline of the test bounds the wait.
  while (!readable.isPaused()) await new Promise((resolve) => setImmediate(resolve));
  await iterator.return();
  assert.ok(readable.destroyed);
});

test('a Readable closed before its end fails with ERR_OXBOW_STREAM_PREMATURE_CLOSE', async () => {
  const readable = new PassThrough();
  const reading = Stream.from(readable).collect();
  setImmediate(() => readable.destroy());
  assert.is(await reading.catch((error: { code: string }) => error.code), 'ERR_OXBOW_STREAM_PREMATURE_CLOSE');
  const before = new PassThrough();
  before.destroy();
  const late = Stream.from(before).collect();
  assert.is(await late.catch((error: { code: string }) => error.code), 'ERR_OXBOW_STREAM_PREMATURE_CLOSE');
});

test('a Readable that has ended or failed before gives its end or its error', async () => {
  const ended = Readable.from([]);
  ended.resume();
  await new Promise((resolve) => ended.on('end', resolve));
  assert.equal(await Stream.from(ended).collect(), []);
  const failed = new PassThrough();
  failed.on('error', () => {});
  failed.destroy(new Error('before'));
  assert.is(
    await Stream.from(failed)
      .collect()
      .catch((error: Error) => error.message),
    'before',
  );
});

/** Readables that somebody has had in hand before: Node's `for await` reads every one of them. */
const HANDLED: Record<string, () => Readable> = {
  'paused by pause()': () => Readable.from(['a', 'b', 'c']).pause(),
  'paused after it has flowed': () => {
    const readable = Readable.from(['a', 'b', 'c']);
    const listener = (): void => {};
    readable.on('data', listener);
    readable.pause();
    readable.off('data', listener);
    return readable;
  },
  'piped and unpiped': () => {
    const readable = Readable.from(['a', 'b', 'c']);
    const elsewhere = new PassThrough({ objectMode: true });
    readable.pipe(elsewhere);
    readable.unpipe(elsewhere);
    return readable;
  },
  "with a listener of 'readable'": () => Readable.from(['a', 'b', 'c']).on('readable', () => {}),
  "left by a listener of 'readable'": () => {
    const readable = Readable.from(['a', 'b', 'c']);
    const listener = (): void => {};
    readable.on('readable', listener);
    readable.off('readable', listener);
    return readable;
  },
  'of a second duplex that was paused': () => {
    const through = new PassThrough({ objectMode: true });
    through.pause();
    for (const value of ['a', 'b', 'c']) through.write(value);
    through.end();
    return through;
  },
};

const TERMINALS: Record<string, (stream: Stream<string>) => Promise<string[]>> = {
  'for await': async (stream) => {
    const seen: string[] = [];
    for await (const value of stream.values({ highWaterMark: 1 })) seen.push(value);
    return seen;
  },
  'batches()': async (stream) => {
    const seen: string[] = [];
    for await (const values of stream.batches({ highWaterMark: 1 })) seen.push(...values);
    return seen;
  },
  'forEach()': async (stream) => {
    const seen: string[] = [];
    const slowly = async (value: string): Promise<void> => {
      await null;
      seen.push(value);
    };
    await stream.forEach(slowly, { highWaterMark: 1 });
    return seen;
  },
  'collect()': (stream) => stream.collect(),
  'to()': async (stream) => {
    const seen: string[] = [];
    await stream.to({
      write: async (value) => {
        seen.push(value);
      },
    });
    return seen;
  },
  'subscribe()': (stream) => rx.lastValueFrom(stream.pipe(rx.toArray())),
};

for (const [how, make] of Object.entries(HANDLED)) {
  for (const [terminal, read] of Object.entries(TERMINALS)) {
    test(`a Readable ${how} is read by ${terminal}`, async () => {
      assert.equal((await read(Stream.from<string>(make()))).join(''), 'abc');
    });
  }
}

test("a Readable with a listener of 'readable' is not read beyond what the consumer wants", async () => {
  let made = 0;
  const readable = new Readable({
    objectMode: true,
    highWaterMark: 1,
    read() {
      this.push(made++);
    },
  });
  readable.on('readable', () => {});
  const iterator = Stream.from<number>(readable).values({ highWaterMark: 2 });
  assert.is((await iterator.next()).value, 0);
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
  assert.ok(made <= 6, `${made}`);
  assert.is((await iterator.next()).value, 1);
  await iterator.return();
  assert.ok(readable.destroyed);
});

test('a Readable is left without listeners of ours', async () => {
  const readable = Readable.from([1, 2]);
  const before = readable.eventNames().length;
  await Stream.from(readable).collect();
  await new Promise((resolve) => setImmediate(resolve));
  assert.is(readable.listenerCount('data'), 0);
  assert.is(readable.listenerCount('error'), 0);
  assert.ok(readable.eventNames().length <= before);
});

/** What breaks the protocol of iterators: each loop of the language throws a TypeError, and so must every terminal. */
const NO_OBJECTS: Record<string, StreamInput<number>> = {
  'next() gives a number': { [Symbol.iterator]: () => ({ next: () => 1 }) } as never,
  'next() gives nothing': { [Symbol.iterator]: () => ({ next: () => undefined }) } as never,
  'next() gives null': { [Symbol.iterator]: () => ({ next: () => null }) } as never,
  'there is no next()': { [Symbol.iterator]: () => ({}) } as never,
  'the iterator is no object': { [Symbol.iterator]: () => 'iterator' } as never,
  'next() resolves to nothing': { [Symbol.asyncIterator]: () => ({ next: async () => undefined }) } as never,
  'an asynchronous next() gives a number': { [Symbol.asyncIterator]: () => ({ next: () => 1 }) } as never,
  'the asynchronous iterator is no object': { [Symbol.asyncIterator]: () => null } as never,
};

for (const [fault, input] of Object.entries(NO_OBJECTS)) {
  for (const [terminal, read] of Object.entries(TERMINALS)) {
    test(`an iterable of which ${fault} ends ${terminal} with a TypeError`, async () => {
      for (const stream of [Stream.from(input), Stream.from(input).pipe(rx.map((value) => value))]) {
        const failure = await read(stream as never).catch((error: unknown) => error);
        assert.instance(failure, TypeError);
      }
    });
  }
}

test('an async iterable may give its results without promises', async () => {
  let value = 0;
  const next = (): unknown => (value < 3 ? { done: 0, value: value++ } : { done: 1 });
  const input = { [Symbol.asyncIterator]: () => ({ next }) };
  assert.equal(await Stream.from<number>(input as never).collect(), [0, 1, 2]);
});

test('a ReadableStream is cancelled when the consumer leaves, and asyncDispose waits for that', async () => {
  let cancelled = false;
  const web = new ReadableStream<number>({
    pull(controller) {
      controller.enqueue(1);
    },
    async cancel() {
      await new Promise((resolve) => setImmediate(resolve));
      cancelled = true;
    },
  });
  const iterator = Stream.from<number>(web as never).values();
  await iterator.next();
  await iterator[Symbol.asyncDispose]();
  assert.ok(cancelled);
});

test.run();
