// covers: src/connection/connection.ts, src/connection/inbound.ts, src/connection/ending.ts, src/connection/outbound.ts
import { assert, suite } from '@oxbow/testkit';
import { SharedFrame } from '../../src/connection/shared-frame.ts';
import {
  ConnectionClosedError,
  type PeerError,
  SlowConsumerError,
  SocketInputError,
} from '../../src/errors.ts';
import { FrameWriter } from '../../src/protocol/frame-writer.ts';
import { Opcode } from '../../src/protocol/opcode.ts';
import { bufferText } from '../../src/transport/buffer-text.ts';
import { connected } from '../fixtures/connected.ts';
import { settle } from '../fixtures/memory-transport.ts';
import { frame, hear, hex, join, masked } from '../fixtures/wire.ts';

/** A message for many. */
function shared(text: string): SharedFrame {
  return new SharedFrame(new FrameWriter(bufferText), Opcode.TEXT, text);
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not reject');
}

const sending = suite('sending');

sending('everything sent in one turn leaves in one write', async () => {
  const { connection, transport } = connected();
  for (const text of ['a', 'b', 'c']) await connection.send(text);
  assert.is(transport.writes, 0);
  await settle();
  assert.is(transport.writes, 1);
  assert.equal(transport.sent(), join(frame(1, 'a'), frame(1, 'b'), frame(1, 'c')));
});

sending('everything sent while a chunk is handled leaves in one write, at the chunk’s end', () => {
  const { transport } = connected({}, 'server', (message, connection) => connection.trySend(message));
  transport.receive(join(masked(1, 'a'), masked(2, [1]), masked(9, 'p')));
  assert.is(transport.writes, 1);
  assert.equal(transport.sent(), join(frame(1, 'a'), frame(2, [1]), frame(10, 'p')));
});

sending('a full page leaves at once', async () => {
  const { connection, transport } = connected();
  for (let i = 0; i < 40; i += 1) await connection.send('x'.repeat(1_000));
  assert.is(transport.writes, 1);
  await settle();
  assert.is(transport.writes, 2);
  assert.is(hear('client', [transport.sent()]).length, 40);
});

sending('a large message leaves alone, in order', async () => {
  const { connection, transport } = connected();
  await connection.send('small');
  await connection.send('x'.repeat(100_000));
  await connection.send('after');
  await settle();
  const heard = hear('client', [transport.sent()]);
  assert.equal(
    heard.map(([, data]) => (data as string).length),
    [5, 100_000, 5],
  );
});

sending('bytes may change once send has resolved', async () => {
  const { connection, transport } = connected();
  const bytes = Uint8Array.of(1, 2, 3);
  await connection.send(bytes);
  bytes.fill(9);
  await settle();
  assert.equal(transport.sent(), frame(2, [1, 2, 3]));
});

sending('after closing, send rejects with the closed error and trySend says no', async () => {
  const { connection } = connected();
  connection.close(1000, 'done');
  assert.is(connection.trySend('late'), false);
  const error = await rejection(connection.send('late'));
  assert.instance(error, ConnectionClosedError);
  assert.is((error as ConnectionClosedError).code, 'ERR_OXBOW_WS_CLOSED');
});

sending.run();

const slow = suite('a peer that does not read');

/** Fills the kernel, so that everything after waits. */
async function stalled(options: Parameters<typeof connected>[0]) {
  const made = connected({ pingIntervalMs: Number.POSITIVE_INFINITY, ...options });
  made.transport.isSlow = true;
  made.connection.trySend('first');
  await settle();
  return made;
}

const FIRST_BYTES = 7;

slow('pause: sends wait for room, in order, and go on when there is some', async () => {
  const { connection, transport } = await stalled({ maxBufferedBytes: FIRST_BYTES + 2 * 12 });
  const done: string[] = [];
  for (const name of ['a', 'b', 'c', 'd']) void connection.send(name.repeat(10)).then(() => done.push(name));
  await settle();
  assert.equal(done, ['a', 'b']);
  assert.is(connection.trySend('e'), false);
  assert.is(connection.bufferedBytes, FIRST_BYTES + 24);
  transport.isSlow = false;
  transport.take();
  await settle();
  assert.equal(done, ['a', 'b', 'c', 'd']);
  const heard = hear('client', [transport.sent()]).map(([, data]) => (data as string)[0]);
  assert.equal(heard, ['f', 'a', 'b', 'c', 'd']);
  assert.is(connection.bufferedBytes, 0);
});

slow('pause: a wait ends with the closed error when the connection closes', async () => {
  const { connection } = await stalled({ maxBufferedBytes: FIRST_BYTES });
  const waiting = rejection(connection.send('a'));
  connection.close();
  assert.instance(await waiting, ConnectionClosedError);
});

slow('the budget holds to the byte', async () => {
  const { connection } = await stalled({ maxBufferedBytes: FIRST_BYTES + 12 });
  assert.is(connection.trySend('x'.repeat(11)), false);
  assert.is(connection.trySend('x'.repeat(10)), true);
  assert.is(connection.trySend(''), false);
  assert.is(connection.bufferedBytes, FIRST_BYTES + 12);
});

slow('a message larger than the budget is sent when nothing else waits', async () => {
  const { connection, transport } = connected({ maxBufferedBytes: 100 });
  assert.is(connection.trySend('x'.repeat(1_000)), true);
  transport.isSlow = true;
  assert.is(connection.trySend('x'.repeat(1_000)), true);
  assert.is(connection.trySend('y'.repeat(1_000)), false);
});

for (const [policy, kept, dropped] of [
  ['drop-oldest', ['first', 'b', 'c'], 1],
  ['drop-newest', ['first', 'a', 'b'], 1],
  ['latest', ['first', 'c'], 2],
] as const) {
  slow(`${policy}: keeps ${kept.join(', ')} of first, a, b, c, and counts what it dropped`, async () => {
    const { connection, transport } = await stalled({
      slowConsumer: policy,
      maxBufferedBytes: FIRST_BYTES + 6,
    });
    for (const name of ['a', 'b', 'c']) await connection.send(name);
    assert.equal(connection.dropped, { messages: dropped, bytes: dropped * 3 });
    transport.isSlow = false;
    transport.take();
    await settle();
    assert.equal(
      hear('client', [transport.sent()]).map(([, data]) => data),
      kept,
    );
  });
}

slow('error: send rejects with limit and actual, and the connection lives on', async () => {
  const { connection } = await stalled({ slowConsumer: 'error', maxBufferedBytes: FIRST_BYTES + 5 });
  const error = (await rejection(connection.send('x'.repeat(10)))) as SlowConsumerError;
  assert.instance(error, SlowConsumerError);
  assert.equal(
    [error.code, error.limit, error.actual],
    ['ERR_OXBOW_WS_SLOW_CONSUMER', FIRST_BYTES + 5, FIRST_BYTES],
  );
  assert.is(connection.isOpen, true);
});

slow('close: the connection is closed with 1013, and what waited is counted as dropped', async () => {
  const made = await stalled({
    slowConsumer: 'close',
    maxBufferedBytes: FIRST_BYTES + 6,
    closeTimeoutMs: 50,
  });
  const { connection, transport, ended } = made;
  connection.trySend('a');
  assert.instance(await rejection(connection.send('x'.repeat(10))), ConnectionClosedError);
  assert.equal(connection.dropped, { messages: 2, bytes: 15 });
  transport.isSlow = false;
  transport.take();
  await settle();
  assert.equal(hear('client', [transport.sent()]).at(-1)?.slice(0, 2), ['close', 1013]);
  await made.pass(50);
  assert.is(ended.info?.code, 1013);
  assert.is((ended.info!.error as PeerError).code, 'ERR_OXBOW_WS_SLOW_CONSUMER');
});

slow('a topic cannot wait: a frame that does not fit closes under pause', async () => {
  const { connection } = await stalled({ maxBufferedBytes: FIRST_BYTES });
  connection.sendShared(shared('x'));
  assert.is(connection.isOpen, false);
  assert.equal(connection.dropped, { messages: 1, bytes: 3 });
});

slow('sends that wait are counted, and one too many is refused instead of held', async () => {
  const { connection } = await stalled({ maxBufferedBytes: 100_000 });
  const sends = Array.from({ length: 10 }, () => connection.send(new Uint8Array(60_000)));
  const outcomes = await Promise.race([
    Promise.allSettled(sends.slice(3)),
    new Promise((resolve) => setImmediate(resolve)),
  ]);
  assert.ok(connection.bufferedBytes <= 100_000);
  assert.ok(connection.waitingBytes > 60_000 && connection.waitingBytes <= 100_000);
  assert.is((outcomes as PromiseRejectedResult[])[0]?.reason?.code, 'ERR_OXBOW_WS_TOO_MANY_SENDS');
});

slow('a topic’s past waits for half of the budget, live messages go on meanwhile', async () => {
  const { connection, transport } = await stalled({
    maxBufferedBytes: FIRST_BYTES + 60,
    slowConsumer: 'close',
  });
  const done: string[] = [];
  for (const name of ['a', 'b', 'c', 'd']) {
    void connection.sendPaced(shared(name.repeat(10))).then(() => done.push(name));
  }
  await settle();
  assert.equal(done, ['a', 'b']);
  connection.sendShared(shared('live'));
  assert.is(connection.isOpen, true);
  transport.isSlow = false;
  transport.take();
  await settle();
  assert.equal(done, ['a', 'b', 'c', 'd']);
  const heard = hear('client', [transport.sent()]).map(([, data]) => (data as string)[0]);
  assert.equal(heard, ['f', 'a', 'b', 'l', 'c', 'd']);
});

slow('a past that waits ends with the connection', async () => {
  const { connection } = await stalled({ maxBufferedBytes: FIRST_BYTES });
  const waiting = rejection(connection.sendPaced(shared('x')));
  connection.close();
  assert.instance(await waiting, ConnectionClosedError);
  assert.instance(await rejection(connection.sendPaced(shared('x'))), ConnectionClosedError);
});

slow('a ping flood is answered by the latest pong alone while the peer does not read', async () => {
  const { connection, transport } = await stalled({});
  for (let i = 0; i < 1_000; i += 1) transport.receive(masked(9, [i >> 8, i & 255]));
  assert.is(connection.bufferedBytes, FIRST_BYTES);
  transport.isSlow = false;
  transport.take();
  await settle();
  assert.equal(hear('client', [transport.sent()]).slice(1), [['pong', [3, 231]]]);
});

slow('memory that the kernel still reads is not written to by others', async () => {
  const { connection, transport } = connected();
  transport.isSlow = true;
  connection.trySend('secret of the first');
  await settle();
  transport.isSlow = false;
  const other = connected();
  other.connection.trySend('POISON'.repeat(20));
  await settle();
  transport.take();
  assert.equal(hear('client', [transport.sent()]), [['message', 'secret of the first']]);
});

slow.run();

const closing = suite('§7 closing');

closing(
  'we close: the Close frame goes behind what was sent, and the server ends TCP after the answer',
  async () => {
    const { connection, transport, ended } = connected();
    connection.trySend('last words');
    connection.close(4001, 'bye');
    assert.equal(hear('client', [transport.sent()]), [
      ['message', 'last words'],
      ['close', 4001, 'bye'],
    ]);
    assert.is(transport.isEnded, false);
    transport.receive(masked(8, [15, 161]));
    assert.is(transport.isEnded, true);
    transport.destroy();
    await settle();
    assert.equal(ended.info, { code: 4001, reason: '', wasClean: true, initiator: 'local' });
  },
);

closing('the peer closes: the code is echoed and the server ends TCP', async () => {
  const { transport, ended } = connected();
  transport.receive(masked(8, hex('0f a0 62 79 65')));
  assert.equal(hear('client', [transport.sent()]), [['close', 4000, '']]);
  assert.is(transport.isEnded, true);
  transport.destroy();
  await settle();
  assert.equal(ended.info, { code: 4000, reason: 'bye', wasClean: true, initiator: 'remote' });
});

closing('§7.1.1 a client waits for the server to end TCP, but not for ever', async () => {
  const { connection, transport, pass } = connected({ closeTimeoutMs: 100 }, 'client');
  connection.close();
  transport.receive(frame(8, [3, 232]));
  assert.is(transport.isEnded, false);
  await pass(99);
  assert.is(transport.isDestroyed, false);
  await pass(1);
  assert.is(transport.isDestroyed, true);
});

closing('a peer that never answers is cut after closeTimeoutMs', async () => {
  const { connection, transport, ended, pass } = connected();
  connection.close();
  await pass(4_999);
  assert.is(transport.isDestroyed, false);
  await pass(1);
  assert.is(transport.isDestroyed, true);
  assert.equal([ended.info?.code, ended.info?.wasClean], [1006, false]);
});

closing('messages behind our Close frame are dropped, the peer’s Close frame is seen', () => {
  const { connection, transport, messages } = connected();
  connection.pauseReading();
  connection.close();
  transport.receive(masked(1, 'late'), masked(8));
  assert.equal(messages, []);
  assert.is(transport.isEnded, true);
});

closing('is idempotent, and says no to codes and reasons that may not be sent', () => {
  const { connection, transport } = connected();
  assert.throws(
    () => connection.close(1005),
    (error: unknown) => error instanceof SocketInputError,
  );
  assert.throws(() => connection.close(1000, 'x'.repeat(124)), /124/);
  assert.is(connection.isOpen, true);
  connection.close();
  connection.close(4000);
  assert.equal(hear('client', [transport.sent()]), [['close', 1000, '']]);
});

closing('a violation sends its code and ends TCP, after what was sent', async () => {
  const { connection, transport, ended, pass } = connected({ maxMessageBytes: 10 });
  connection.trySend('before');
  transport.receive(masked(1, 'x'.repeat(11)));
  assert.equal(
    hear('client', [transport.sent()]).map(([what, data]) => [what, data]),
    [
      ['message', 'before'],
      ['close', 1009],
    ],
  );
  assert.is(transport.isEnded, true);
  await pass(5_000);
  const error = ended.info!.error as PeerError;
  assert.equal([error.code, error.limit, error.actual], ['ERR_OXBOW_WS_MESSAGE_TOO_BIG', 10, 11]);
  assert.is(ended.info?.code, 1009);
});

closing('a peer that ends TCP without a word leaves 1006', async () => {
  const { connection, transport, ended } = connected();
  transport.receiveEnd();
  assert.is(transport.isEnded, true);
  transport.destroy();
  await settle();
  assert.equal([ended.info?.code, ended.info?.initiator], [1006, 'network']);
  assert.is(connection.trySend('x'), false);
});

closing.run();

const limits = suite('rates and demand');

limits('one message over maxMessagesPerSecond fails with 1008; a new second counts anew', async () => {
  const { transport, messages, pass } = connected({ maxMessagesPerSecond: 2 });
  transport.receive(masked(1, 'a'), masked(1, 'b'));
  await pass(1_000);
  transport.receive(masked(1, 'c'), masked(1, 'd'));
  assert.is(messages.length, 4);
  transport.receive(masked(1, 'e'));
  assert.is(messages.length, 4);
  assert.equal(hear('client', [transport.sent()])[0]?.slice(0, 2), ['close', 1008]);
});

limits('one control frame over maxControlFramesPerSecond fails with 1008', () => {
  const { transport, connection } = connected({ maxControlFramesPerSecond: 3 });
  transport.receive(masked(9), masked(10), masked(9));
  assert.is(connection.isOpen, true);
  transport.receive(masked(10));
  assert.is(connection.isOpen, false);
});

limits('an owner that stops gets nothing more, and the transport is paused at 64 KiB', () => {
  const { connection, transport, messages } = connected({}, 'server', (message) => {
    messages.push(message);
    connection.pauseReading();
  });
  transport.receive(masked(2, new Uint8Array(30_000)), masked(2, new Uint8Array(30_000)));
  assert.is(messages.length, 1);
  assert.is(transport.isPaused, false);
  transport.receive(masked(2, new Uint8Array(40_000)));
  assert.is(transport.isPaused, true);
  connection.resumeReading();
  assert.is(messages.length, 2);
  assert.is(transport.isPaused, true);
  connection.resumeReading();
  connection.resumeReading();
  assert.is(messages.length, 3);
  assert.is(transport.isPaused, false);
});

limits.run();

const answers = suite('messages that come right before the end');

const BAD = hex('ff 80 00000000');

answers('have their answers before the connection is failed', async () => {
  const { transport, connection } = connected({}, 'server', (message, made) => {
    setImmediate(() => void made.send(message));
  });
  transport.receive(join(masked(1, 'a'), masked(1, 'b'), BAD));
  assert.is(connection.isOpen, true);
  for (let i = 0; i < 5; i += 1) await settle();
  const heard = hear('client', [transport.sent()]);
  assert.equal(
    heard.map(([, data]) => data),
    ['a', 'b', 1002],
  );
});

answers('have their answers before a Close frame is answered', async () => {
  const { transport } = connected({}, 'server', (message, made) => {
    setImmediate(() => void made.send(message));
  });
  transport.receive(join(masked(1, 'a'), masked(8, [3, 232])));
  for (let i = 0; i < 5; i += 1) await settle();
  assert.equal(hear('client', [transport.sent()]), [
    ['message', 'a'],
    ['close', 1000, ''],
  ]);
});

answers('without any, the end comes at once', () => {
  const { transport, connection } = connected();
  transport.receive(BAD);
  assert.is(connection.isOpen, false);
});

answers('a peer that is gone is not waited for', async () => {
  const { transport, ended } = connected({}, 'server', () => {});
  transport.receive(join(masked(1, 'a'), masked(8, [3, 232])));
  transport.receiveEnd();
  transport.destroy();
  await settle();
  assert.equal([ended.info?.code, ended.info?.wasClean], [1000, true]);
});

answers.run();
