// covers: src/terminal/run-sink.ts
import { PassThrough, Writable } from 'node:stream';
import { WritableStream } from 'node:stream/web';
import { type Sink, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';

const test = suite('to(sink)');
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function recorded(changes: Partial<Sink<number, string>> = {}): {
  sink: Sink<number, string>;
  log: unknown[];
} {
  const log: unknown[] = [];
  const sink: Sink<number, string> = {
    async write(value) {
      log.push(['begin', value]);
      await turn();
      log.push(['end', value]);
    },
    async close() {
      log.push('close');
      return 'result';
    },
    abort(reason) {
      log.push(['abort', (reason as Error).message ?? reason]);
    },
    ...changes,
  };
  return { sink, log };
}

test('writes one value at a time, then closes and gives the result', async () => {
  const { sink, log } = recorded();
  assert.is(await Stream.from([1, 2]).to(sink), 'result');
  assert.equal(log, [['begin', 1], ['end', 1], ['begin', 2], ['end', 2], 'close']);
});

test('preventClose leaves the sink open', async () => {
  const { sink, log } = recorded();
  assert.is(await Stream.from([1]).to(sink, { preventClose: true }), undefined);
  assert.not(log.includes('close'));
});

test('a failure of the stream aborts the sink with it, after what was written', async () => {
  const { sink, log } = recorded();
  const failing = new Stream<number>((out) => {
    out.next(1);
    out.error(new Error('source'));
  });
  assert.is(await failing.to(sink).catch((error: Error) => error.message), 'source');
  assert.equal(log, [
    ['begin', 1],
    ['end', 1],
    ['abort', 'source'],
  ]);
});

test('a failing write leaves the source and aborts the sink', async () => {
  let left = false;
  const stream = new Stream<number>((out) => {
    out.next(1);
    return () => {
      left = true;
    };
  });
  const { sink, log } = recorded({
    write: () => {
      throw new Error('disk');
    },
  });
  assert.is(await stream.to(sink).catch((error: Error) => error.message), 'disk');
  assert.ok(left);
  assert.equal(log, [['abort', 'disk']]);
});

test('an aborted signal leaves the source and aborts the sink at once', async () => {
  const controller = new AbortController();
  const { sink, log } = recorded();
  const done = new Stream<number>(() => {}).to(sink, { signal: controller.signal });
  controller.abort('enough');
  assert.equal(log, [['abort', 'enough']]);
  assert.is(await done.catch((reason: unknown) => reason), 'enough');
});

test('a Writable gets every chunk, is ended, and its finish is waited for', async () => {
  const chunks: string[] = [];
  let finished = false;
  const writable = new Writable({
    highWaterMark: 1,
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      setImmediate(done);
    },
    final(done) {
      setImmediate(() => {
        finished = true;
        done();
      });
    },
  });
  await Stream.from(['a', 'b', 'c']).to(writable);
  assert.equal(chunks, ['a', 'b', 'c']);
  assert.ok(finished);
  assert.is(writable.listenerCount('error'), 0);
});

test('a Writable that fails between two writes ends the stream at once', async () => {
  const writable = new PassThrough();
  const done = new Stream<string>(() => {}).to(writable);
  setImmediate(() => writable.destroy(new Error('pipe')));
  assert.is(await done.catch((error: Error) => error.message), 'pipe');
});

test('a Writable closed early fails with ERR_OXBOW_STREAM_PREMATURE_CLOSE', async () => {
  const writable = new PassThrough();
  const done = new Stream<string>(() => {}).to(writable);
  setImmediate(() => writable.destroy());
  assert.is(await done.catch((error: { code: string }) => error.code), 'ERR_OXBOW_STREAM_PREMATURE_CLOSE');
});

test('a failing stream destroys the Writable', async () => {
  const writable = new PassThrough();
  const failing = new Stream<string>((out) => out.error(new Error('source')));
  await failing.to(writable).catch(() => {});
  assert.ok(writable.destroyed);
});

test('a WritableStream gets every chunk, is waited for and closed', async () => {
  const log: unknown[] = [];
  const web = new WritableStream<number>({
    async write(chunk) {
      await turn();
      log.push(chunk);
    },
    close() {
      log.push('close');
    },
  });
  await Stream.from([1, 2, 3]).to(web);
  assert.equal(log, [1, 2, 3, 'close']);
});

test('a WritableStream that fails ends the stream; a failing stream aborts it', async () => {
  const broken = new WritableStream<number>({
    write() {
      throw new Error('web');
    },
  });
  let left = false;
  const stream = new Stream<number>((out) => {
    out.next(1);
    return () => {
      left = true;
    };
  });
  assert.is(await stream.to(broken).catch((error: Error) => error.message), 'web');
  assert.ok(left);
  let aborted: unknown;
  const web = new WritableStream<number>({
    abort(reason: Error) {
      aborted = reason.message;
    },
  });
  await new Stream<number>((out) => out.error(new Error('source'))).to(web).catch(() => {});
  await turn();
  assert.is(aborted, 'source');
});

test.run();
