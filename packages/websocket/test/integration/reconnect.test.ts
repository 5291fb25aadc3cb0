import { assert, suite, until } from '@oxbow/testkit';
import { connect, type Message, type SocketHandler, serve } from '../../src/index.ts';

const echo: SocketHandler = async (socket) => {
  for await (const message of socket) await socket.send(message);
};

const QUICK = { baseMs: 5, maxMs: 20 };

const test = suite('a client that reconnects');

test('one stream and one socket outlive their connections; sends wait meanwhile', async () => {
  let server = await serve(echo);
  const { port } = server;
  const socket = await connect(server.url, { reconnect: QUICK });
  const got: Message[] = [];
  const reading = socket.forEach((message) => {
    got.push(message);
  });
  for (let round = 0; round < 3; round += 1) {
    await socket.send(`round ${round}`);
    await until(`the echo of round ${round}`, () => got.length > round);
    await server.close();
    const waiting = socket.isOpen ? undefined : socket.send('while down');
    assert.is(socket.isOpen, false);
    server = await serve(echo, { port });
    await waiting;
    await until('the echo of what was sent while down', () => got.includes('while down'));
    got.splice(got.indexOf('while down'), 1);
  }
  assert.equal(got, ['round 0', 'round 1', 'round 2']);
  assert.is((await socket.close()).code, 1000);
  await reading;
  await server.close();
});

test('close while down ends it, and what waits is told', async () => {
  const server = await serve(echo);
  const socket = await connect(server.url, { reconnect: QUICK });
  await server.close();
  await until('the socket to notice', () => !socket.isOpen);
  const waiting = socket.send('never').then(
    () => 'sent',
    (error: { code: string }) => error.code,
  );
  await socket.close();
  assert.is(await waiting, 'ERR_OXBOW_WS_CLOSED');
  assert.is(socket.trySend('x'), false);
});

test('the first attempt fails like any other, and the last one ends the socket', async () => {
  const server = await serve(echo);
  const { url } = server;
  const socket = await connect(url, { reconnect: { ...QUICK, maxAttempts: 2 } });
  await server.close();
  const info = await socket.closed;
  assert.is((info.error as { code: string }).code, 'ERR_OXBOW_WS_CONNECT');
  const code = await connect(url, { reconnect: true }).then(
    () => 'open',
    (error: unknown) => (error as { code: string }).code,
  );
  assert.is(code, 'ERR_OXBOW_WS_CONNECT');
});

test.run();
