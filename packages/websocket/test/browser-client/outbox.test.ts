import { assert, suite } from '@oxbow/testkit';
import { bytesOf, Outbox } from '../../src/browser-client/outbox.ts';

const test = suite('outbox');

test('counts the bytes of the wire', () => {
  assert.equal([bytesOf('é🚀'), bytesOf(Uint8Array.of(1, 2))], [6, 2]);
});

test('hands messages on in order, as long as it may', async () => {
  const outbox = new Outbox(100);
  const puts = ['a', 'b', 'c'].map((text) => outbox.put(text));
  const sent: unknown[] = [];
  outbox.drain(
    () => sent.length < 2,
    (data) => sent.push(data),
  );
  await Promise.all(puts.slice(0, 2));
  assert.equal([sent, outbox.bytes, outbox.isEmpty], [['a', 'b'], 1, false]);
});

test('takes as many bytes as it may, and one message whatever its size', async () => {
  const outbox = new Outbox(4);
  void outbox.put('123456');
  assert.is(outbox.fits('x'), false);
  const code = await outbox.put('x').catch((error: { code: string }) => error.code);
  assert.is(code, 'ERR_OXBOW_WS_SEND_QUEUE_FULL');
});

test('gives all of them up with an error', async () => {
  const outbox = new Outbox(10);
  const put = outbox.put('a').catch((error: Error) => error.message);
  outbox.rejectAll(new Error('over'));
  assert.equal([await put, outbox.bytes, outbox.isEmpty], ['over', 0, true]);
});

test.run();
