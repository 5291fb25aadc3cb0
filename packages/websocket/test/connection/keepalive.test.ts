// covers: src/connection/keepalive.ts, src/connection/pings.ts
import { assert, suite } from '@oxbow/testkit';
import type { PeerError } from '../../src/errors.ts';
import { connected } from '../fixtures/connected.ts';
import { settle } from '../fixtures/memory-transport.ts';
import { hear, masked } from '../fixtures/wire.ts';

const test = suite('keepalive');

const kinds = (bytes: Uint8Array) => hear('client', [bytes]).map(([what]) => what);

test('a silent peer is pinged after 20 s, and given up 20 s later', async () => {
  const { transport, ended, pass } = connected();
  await pass(19_999);
  assert.equal(kinds(transport.sent()), []);
  await pass(1);
  assert.equal(kinds(transport.sent()), ['ping']);
  await pass(19_999);
  assert.is(transport.isDestroyed, false);
  await pass(1);
  assert.is(transport.isDestroyed, true);
  assert.is((ended.info!.error as PeerError).code, 'ERR_OXBOW_WS_KEEPALIVE');
});

test('any bytes count as a sign of life', async () => {
  const { transport, pass } = connected();
  await pass(20_000);
  transport.receive(masked(10).subarray(0, 1));
  await pass(19_999);
  assert.equal(kinds(transport.sent()), ['ping']);
  await pass(1);
  assert.equal(kinds(transport.sent()), ['ping']);
  assert.is(transport.isDestroyed, false);
});

test('a peer we do not read from is not given up', async () => {
  const { connection, transport, pass } = connected();
  connection.pauseReading();
  transport.receive(masked(2, new Uint8Array(70_000)));
  assert.is(transport.isPaused, true);
  for (let i = 0; i < 5; i += 1) await pass(20_000);
  assert.is(transport.isDestroyed, false);
});

test('Infinity never pings', async () => {
  const { transport, pass } = connected({ pingIntervalMs: Number.POSITIVE_INFINITY });
  await pass(1_000_000);
  assert.equal(kinds(transport.sent()), []);
});

test('a connection without messages is closed with 1001 after idleTimeoutMs; pings do not count', async () => {
  const { connection, transport, pass } = connected({ idleTimeoutMs: 30_000 });
  await pass(20_000);
  transport.receive(masked(9));
  await pass(9_000);
  connection.trySend('a message');
  await pass(29_000);
  assert.is(connection.isOpen, true);
  await pass(1_000);
  assert.is(connection.isOpen, false);
  const close = hear('client', [transport.sent()]).find(([what]) => what === 'close');
  assert.equal(close?.slice(0, 2), ['close', 1001]);
});

test('ping resolves with the latency of its own pong, and earlier ones with it', async () => {
  const { connection, transport, pass } = connected();
  const first = connection.ping();
  await pass(10);
  const second = connection.ping();
  await pass(5);
  const pings = hear('client', [transport.sent()]);
  transport.receive(masked(10, 'unasked'), masked(10, pings[1]![1] as readonly number[]));
  assert.equal([await first, await second], [15, 5]);
});

test('pings that wait end with the connection', async () => {
  const { connection, transport } = connected();
  const latency = connection.ping().then(
    () => 'a latency',
    (error: { code: string }) => error.code,
  );
  transport.destroy();
  await settle();
  assert.is(await latency, 'ERR_OXBOW_WS_CLOSED');
});

test('nothing is left on the clock when the connection has ended', async () => {
  const { connection, transport, pass } = connected();
  connection.close();
  transport.destroy();
  await pass(100_000);
  assert.equal(kinds(transport.sent()), ['close']);
});

test.run();
