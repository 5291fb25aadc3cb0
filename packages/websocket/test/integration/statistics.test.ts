// covers: src/server/traffic.ts
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { assert, suite, until } from '@oxbow/testkit';
import { connect, type HandshakeError, type SocketHandler, serve } from '../../src/index.ts';

const echo: SocketHandler = async (socket) => {
  for await (const message of socket) await socket.send(message);
};

const test = suite('what a server and its sockets tell of themselves');

test('counts messages, pings, connections, refusals and ends', async () => {
  const server = await serve(echo, { onUpgrade: ({ url }) => (url === '/no' ? { refuse: 403 } : undefined) });
  const socket = await connect(server.url);
  const [peer] = server.connections;
  const heard: string[] = [];
  peer!.onControlFrame('ping', () => heard.push('ping'));
  socket.onControlFrame('pong', (_payload, latencyMs) => heard.push(`pong ${typeof latencyMs}`));
  await socket.send('hello');
  const reader = socket.values();
  await reader.next();
  assert.type(await socket.ping(), 'number');
  assert.equal(heard, ['ping', 'pong number']);
  assert.type(socket.latencyMs, 'number');
  assert.equal(peer!.statistics().received, { messages: 1, bytes: 5 });
  assert.equal(peer!.statistics().sent, { messages: 1, bytes: 7 });
  assert.equal([socket.statistics().sent.messages, socket.statistics().received.messages], [1, 1]);
  const refused = await Promise.resolve(connect(`${server.url}no`)).catch(
    (error: HandshakeError) => error.status,
  );
  assert.is(refused, 403);
  await socket.close(4_000);
  await until('the end to be counted', () => server.statistics().closed[4_000] === 1);
  const { accepted, connections, refused: refusals } = server.statistics();
  assert.equal([accepted, connections, refusals], [1, 0, { 403: 1 }]);
  assert.throws(() => socket.onControlFrame('pang' as never, () => {}), /ping/);
  await server.close();
});

test('tells diagnostics channels', async () => {
  const told: string[] = [];
  const names = ['open', 'close', 'refuse'].map((name) => `oxbow:websocket:${name}`);
  const listener = (_message: unknown, name: string | symbol) => told.push(String(name));
  for (const name of names) subscribe(name, listener);
  const server = await serve(echo, { onUpgrade: ({ url }) => (url === '/no' ? { refuse: 403 } : undefined) });
  await (await connect(server.url)).close();
  await Promise.resolve(connect(`${server.url}no`)).catch(() => {});
  await until('all three', () => told.length === 3);
  assert.equal(new Set(told), new Set(names));
  for (const name of names) unsubscribe(name, listener);
  await server.close();
});

test('an address has so many connections, and so many upgrades in a second, then 429', async () => {
  const status = (promise: PromiseLike<unknown>) =>
    Promise.resolve(promise).then(
      () => 101,
      (error: HandshakeError) => error.status,
    );
  const few = await serve(echo, { maxConnectionsPerAddress: 1 });
  const socket = await connect(few.url);
  assert.is(await status(connect(few.url)), 429);
  await socket.close();
  await until('room', () => few.connections.size === 0);
  assert.is(await status(connect(few.url)), 101);
  await few.close();
  const slow = await serve(echo, { maxUpgradesPerSecondPerAddress: 1 });
  assert.is(await status(connect(slow.url)), 101);
  const error = await Promise.resolve(connect(slow.url)).catch((caught: HandshakeError) => caught);
  assert.equal(
    [(error as HandshakeError).status, (error as HandshakeError).headers['retry-after']],
    [429, '1'],
  );
  await slow.close();
});

test.run();
