import { Readable } from 'node:stream';
import { run, VirtualClock } from '@oxbow/loop';
import { HotStream, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { map } from 'rxjs';
import { closeSource, ownSource, type UploadSource, UploadStream } from '../../src/body/upload-stream.ts';
import { rejectionOf, thrownBy } from '../rejection.ts';

const test = suite('a source of body bytes');

async function drain(stream: UploadStream): Promise<void> {
  for await (const _ of stream);
}

async function* letters(): AsyncGenerator<string> {
  yield 'a';
}

test('a stream that yields neither bytes nor strings fails', async () => {
  const stream = new UploadStream(
    (async function* () {
      yield 5 as never;
    })(),
  );
  assert.is((await rejectionOf(drain(stream))).code, 'ERR_OXBOW_HTTP_INVALID_BODY');
});

test('closing a stream closes its source, even one that never answers', async () => {
  let returned = 0;
  const stuck: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => {}),
      return: async () => {
        returned++;
        return { value: undefined, done: true as const };
      },
    }),
  };
  const stream = new UploadStream(stuck);
  void stream[Symbol.asyncIterator]().next();
  stream.close();
  stream.close();
  assert.is(returned, 1);
});

test('a failing source is remembered', async () => {
  const cause = new Error('disk');
  const stream = new UploadStream(
    (async function* () {
      yield 'a';
      throw cause;
    })(),
  );
  const error = await rejectionOf(drain(stream));
  assert.is(error, cause);
  assert.is(stream.failure, cause);
  assert.ok(stream.failed);
});

for (const [what, make] of [
  ['a Node stream', () => Readable.from(['a'])],
  ['a web stream', () => new Blob(['a']).stream()],
  ['a generator', letters],
] as const) {
  test(`${what} belongs to one request`, () => {
    const source: UploadSource = make();
    ownSource(source);
    assert.is(thrownBy(() => ownSource(source)).code, 'ERR_OXBOW_HTTP_INVALID_BODY');
  });
}

test('what can be read again may be given again', () => {
  const source = [Buffer.from('a')];
  ownSource(source);
  ownSource(source);
});

const used: [string, () => Promise<UploadSource>][] = [
  [
    'half read Node stream',
    async () => {
      const source = Readable.from(['a', 'b']);
      await source[Symbol.asyncIterator]().next();
      return source;
    },
  ],
  [
    'destroyed Node stream',
    async () => {
      const source = Readable.from(['a']);
      source.destroy();
      return source;
    },
  ],
  [
    'half read web stream',
    async () => {
      const source = new Blob(['a']).stream();
      const reader = source.getReader();
      await reader.read();
      reader.releaseLock();
      return source;
    },
  ],
  [
    'locked web stream',
    async () => {
      const source = new Blob(['a']).stream();
      source.getReader();
      return source;
    },
  ],
];
for (const [what, make] of used) {
  test(`a ${what} is refused`, async () => {
    const source = await make();
    assert.is(thrownBy(() => ownSource(source)).code, 'ERR_OXBOW_HTTP_INVALID_BODY');
  });
}

test('a Node stream that has failed is refused with its failure', async () => {
  const cause = new Error('disk');
  const source = new Readable({ read() {} });
  source.on('error', () => {});
  source.destroy(cause);
  await new Promise((resolve) => source.once('close', resolve));
  const error = thrownBy(() => ownSource(source));
  assert.is(error.code, 'ERR_OXBOW_HTTP_UPLOAD_FAILED');
  assert.is(error.cause, cause);
});

test('a Node stream that fails while it waits for its turn does not end the process, and fails when it is read', async () => {
  const cause = new Error('disk');
  const source = new Readable({ read() {} });
  ownSource(source);
  const stream = new UploadStream(source);
  source.destroy(cause);
  await new Promise((resolve) => source.once('close', resolve));
  assert.is(await rejectionOf(drain(stream)), cause);
  assert.is(stream.describeFailure().cause, cause);
});

test('closing one that was never read closes the source', async () => {
  const node = Readable.from(['a']);
  let cancelled = false;
  const web = new ReadableStream<Uint8Array>({
    cancel() {
      cancelled = true;
    },
  });
  const generator = letters();
  for (const source of [node, web, generator]) {
    const stream = new UploadStream(source);
    stream.close();
    stream.close();
    await drain(stream);
  }
  assert.ok(node.destroyed);
  assert.ok(cancelled);
  assert.ok((await generator.next()).done);
});

test('closing one that waits for a read closes a Node stream at once', async () => {
  const source = new Readable({ read() {} });
  const stream = new UploadStream(source);
  void stream[Symbol.asyncIterator]()
    .next()
    .catch(() => {});
  stream.close();
  assert.ok(source.destroyed);
});

test('closing a stream that runs by itself leaves it, through operators too; one that does not is not begun', () =>
  run(
    async () => {
      let left = 0;
      const hot = () =>
        new HotStream<Uint8Array>(
          { pause() {}, resume() {}, leave: () => void left++ },
          { onLeave: 'close' },
        );
      closeSource(hot());
      closeSource(hot().pipe(map((bytes) => bytes)) as Stream<Uint8Array>);
      assert.is(left, 2);
      let begun = 0;
      const cold = new Stream<Uint8Array>(() => {
        begun++;
      });
      closeSource(cold);
      assert.is(begun, 0);
    },
    { clock: new VirtualClock() },
  ));

test.run();
