import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';

const test = suite('toReadable');

test('gives every value, in order, and ends', async () => {
  const seen: unknown[] = [];
  await pipeline(Stream.from([1, 2, 3]).toReadable(), async (source: AsyncIterable<unknown>) => {
    for await (const value of source) seen.push(value);
  });
  assert.equal(seen, [1, 2, 3]);
});

test('subscribes when it is first read and reads no further than it is wanted', async () => {
  let read = 0;
  const readable = Stream.from({
    *[Symbol.iterator]() {
      for (;;) yield read++;
    },
  }).toReadable();
  assert.is(read, 0);
  readable.read();
  await once(readable, 'readable');
  assert.ok(read < 200, `${read}`);
  readable.destroy();
});

test('a failure of the stream is its error, a thrown non-error is wrapped', async () => {
  const failing = new Stream<number>((out) => out.error(new Error('source'))).toReadable();
  failing.resume();
  const [error] = await once(failing, 'error');
  assert.is(error.message, 'source');
  const odd = new Stream<number>((out) => out.error('just words')).toReadable();
  odd.resume();
  const [wrapped] = await once(odd, 'error');
  assert.is(wrapped.cause, 'just words');
});

test('destroying it leaves the source', async () => {
  let left = false;
  const readable = new Stream<number>((out) => {
    out.next(1);
    return () => {
      left = true;
    };
  }).toReadable();
  readable.read();
  await once(readable, 'readable');
  readable.destroy();
  await once(readable, 'close');
  assert.ok(left);
});

test('refuses null, which would end it', async () => {
  const readable = Stream.from([null]).toReadable();
  readable.resume();
  const [error] = await once(readable, 'error');
  assert.is(error.code, 'ERR_OXBOW_STREAM_INPUT');
});

test('carries bytes without object mode', async () => {
  const chunks: Buffer[] = [];
  const readable = Stream.from([Buffer.from('ab'), Buffer.from('cd')]).toReadable({ objectMode: false });
  for await (const chunk of readable) chunks.push(chunk as Buffer);
  assert.is(Buffer.concat(chunks).toString(), 'abcd');
});

test.run();
