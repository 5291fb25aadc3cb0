// covers: src/transport/client-upgrade.ts

import { Agent, createServer } from 'node:http';
import { connect as connectTcp, createServer as createTcpServer, type Socket as TcpSocket } from 'node:net';
import { assert, suite, until } from '@oxbow/testkit';
import {
  connect,
  type HandshakeError,
  type Message,
  memoryBroker,
  type SocketHandler,
  serve,
} from '../../src/index.ts';

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

test('a peer that falls silent is given up, and another connection takes its place', async () => {
  const silent = createServer();
  const server = await serve(echo, { server: silent });
  const relays: TcpSocket[] = [];
  let isSilent = false;
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  // Between client and server: it can stop to pass anything on without ending the connection.
  const relay = createTcpServer((near) => {
    const far = connectTcp(server.port, '127.0.0.1');
    relays.push(near, far);
    const isOld = () => isSilent && relays.indexOf(near) < 2;
    near.on('data', (chunk) => isOld() || far.write(chunk));
    far.on('data', (chunk) => isOld() || near.write(chunk));
    for (const each of [near, far]) each.on('error', () => {});
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  const { port } = relay.address() as { port: number };
  const socket = await connect(`ws://127.0.0.1:${port}`, {
    reconnect: QUICK,
    pingIntervalMs: 50,
    pongTimeoutMs: 50,
    closeTimeoutMs: 50,
  });
  const statuses: string[] = [];
  socket.onStatus((status, { code }) => statuses.push(code === undefined ? status : `${status} ${code}`));
  isSilent = true;
  await until('!statuses.includes(’open’)', () => !!statuses.includes('open'));
  assert.equal(statuses, ['waiting 1011', 'connecting', 'open']);
  await socket.send('alive');
  for await (const message of socket) {
    assert.is(message, 'alive');
    break;
  }
  await socket.close();
  for (const each of relays) each.destroy();
  relay.close();
  await server.close();
  silent.close();
});

test('a message too large for this side does not end it for good', async () => {
  let connections = 0;
  const server = await serve(async (socket) => {
    connections += 1;
    if (connections === 1) await socket.send('x'.repeat(1_000));
    for await (const message of socket) await socket.send(message);
  });
  const socket = await connect(server.url, { reconnect: QUICK, maxMessageBytes: 100, closeTimeoutMs: 50 });
  await until('the second connection', () => connections === 2 && socket.isOpen);
  await socket.send('small');
  for await (const message of socket) {
    assert.is(message, 'small');
    break;
  }
  await socket.close();
  await server.close();
});

test('a refusal that cannot change ends it, with status, headers and body', async () => {
  let isAllowed = true;
  const server = await serve(echo, {
    onUpgrade: () =>
      isAllowed
        ? undefined
        : { refuse: 401, headers: { 'WWW-Authenticate': 'Bearer' }, body: 'the token is old' },
  });
  const socket = await connect(server.url, { reconnect: QUICK });
  isAllowed = false;
  for (const each of server.connections) each.terminate();
  const info = await socket.closed;
  const error = info.error as HandshakeError;
  assert.equal(
    [error.status, error.headers['www-authenticate'], error.text],
    [401, 'Bearer', 'the token is old'],
  );
  await server.close();
});

test('address and headers are fresh at each attempt, and an old token is no reason to give up', async () => {
  const seen: unknown[] = [];
  const server = await serve(echo, {
    onUpgrade: ({ url, headers }) => {
      seen.push([url, headers.authorization]);
      return seen.length === 2 ? { refuse: 401 } : undefined;
    },
  });
  let token = 0;
  const socket = await connect(() => `${server.url}?n=${(token += 1)}`, {
    headers: async () => ({ Authorization: `token ${token}` }),
    reconnect: QUICK,
  });
  for (const each of server.connections) each.terminate();
  await until('seen.length < 3 || !socket.isOpen', () => !(seen.length < 3 || !socket.isOpen));
  assert.equal(seen, [
    ['/?n=1', 'token 1'],
    ['/?n=2', 'token 2'],
    ['/?n=3', 'token 3'],
  ]);
  assert.match(socket.handshake.url, /n=3$/);
  await socket.close();
  await server.close();
});

test('what a status callback sends at open goes before what waited', async () => {
  const got: unknown[] = [];
  const server = await serve(async (socket) => {
    for await (const message of socket) got.push(message);
  });
  const socket = await connect(server.url, { reconnect: QUICK });
  socket.onStatus((status) => {
    if (status === 'waiting') void socket.send('waited');
    if (status === 'open') void socket.send('who I am');
  });
  for (const each of server.connections) each.terminate();
  await until('got.length < 2', () => !(got.length < 2));
  assert.equal(got, ['who I am', 'waited']);
  await socket.close();
  await server.close();
});

test('what waits while there is no connection is counted and bounded', async () => {
  const server = await serve(echo);
  const socket = await connect(server.url, { reconnect: { baseMs: 10_000 }, maxBufferedBytes: 200_000 });
  await server.close();
  await until('socket.isOpen', () => !socket.isOpen);
  const codes: string[] = [];
  for (let i = 0; i < 100; i += 1) {
    socket.send(new Uint8Array(65_536)).catch((error: { code: string }) => codes.push(error.code));
  }
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(socket.bufferedBytes > 190_000 && socket.bufferedBytes <= 200_000, String(socket.bufferedBytes));
  assert.equal([codes.length, new Set(codes)], [97, new Set(['ERR_OXBOW_WS_TOO_MANY_SENDS'])]);
  await socket.close();
});

test('topics go on where they were left, and say that nothing was missed', async () => {
  const server = await serve((socket) => void socket.join('news'), { positions: true });
  const socket = await connect(server.url, { reconnect: QUICK });
  const got: Message[] = [];
  const resumed: unknown[] = [];
  socket.subscribe((message) => void got.push(message));
  socket.onResume(({ topic, missed }) => resumed.push([topic, missed]));
  const topic = server.topic('news');
  await until('topic.followers === 0', () => !(topic.followers === 0));
  await topic.publish('m1');
  await until('got.length < 1', () => !(got.length < 1));
  assert.is(socket.positions.get('news')?.offset, 1);
  for (const each of server.connections) each.terminate();
  await topic.publish('m2');
  await topic.publish(Uint8Array.of(3));
  await until('got.length < 3', () => !(got.length < 3));
  await topic.publish('m4');
  await until('got.length < 4', () => !(got.length < 4));
  assert.equal(got, ['m1', 'm2', Uint8Array.of(3), 'm4']);
  assert.equal(resumed, [['news', 0]]);
  await socket.close();
  await server.close();
});

test('topics whose history has forgotten too much say how much', async () => {
  const server = await serve((socket) => void socket.join('news'), {
    positions: true,
    broker: memoryBroker({ historyMessages: 2 }),
  });
  const socket = await connect(server.url, { reconnect: QUICK });
  const got: Message[] = [];
  const resumed: unknown[] = [];
  socket.subscribe((message) => void got.push(message));
  socket.onResume(({ missed }) => resumed.push(missed));
  const topic = server.topic('news');
  await until('topic.followers === 0', () => !(topic.followers === 0));
  await topic.publish('m1');
  await until('got.length < 1', () => !(got.length < 1));
  for (const each of server.connections) each.terminate();
  for (let i = 2; i <= 6; i += 1) await topic.publish(`m${i}`);
  await until('got.length < 3', () => !(got.length < 3));
  assert.equal([got, resumed], [['m1', 'm5', 'm6'], [3]]);
  await socket.close();
  await server.close();
});

test('through a proxy, with credentials that stand in no message', async () => {
  const server = await serve(echo);
  const asked: unknown[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, near) => {
    asked.push([request.url, request.headers['proxy-authorization']]);
    if (request.url?.startsWith('nowhere')) {
      near.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      return;
    }
    const far = connectTcp(server.port, '127.0.0.1', () => {
      near.write('HTTP/1.1 200 OK\r\n\r\n');
      far.pipe(near);
      near.pipe(far);
    });
    for (const each of [near, far]) each.on('error', () => {});
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as { port: number };
  const options = { proxy: `http://me:secret@127.0.0.1:${port}` };
  const socket = await connect(server.url, options);
  await socket.send('through');
  for await (const message of socket) {
    assert.is(message, 'through');
    break;
  }
  const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`;
  assert.equal(asked, [[`127.0.0.1:${server.port}`, basic]]);
  const error = await Promise.resolve(connect('ws://nowhere/?token=secret', options)).catch(
    (caught: Error) => caught,
  );
  assert.match((error as Error).message, /ws:\/\/nowhere\/: the proxy answered 502/);
  assert.not.match(String((error as Error).stack), /secret/);
  await socket.close();
  proxy.closeAllConnections();
  proxy.close();
  await server.close();
});

test('by an agent', async () => {
  const server = await serve(echo);
  let isAsked = false;
  const agent = new Agent();
  const createConnection = agent.createConnection.bind(agent);
  agent.createConnection = (...args: Parameters<typeof createConnection>) => {
    isAsked = true;
    return createConnection(...args);
  };
  const socket = await connect(server.url, { agent });
  assert.is(isAsked, true);
  await socket.close();
  agent.destroy();
  await server.close();
});

test.run();
