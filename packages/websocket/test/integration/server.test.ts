// covers: src/socket/socket-core.ts, src/server/upgrade-router.ts, src/server/server-url.ts, src/server/server.ts, src/client/connect.ts, src/client/opening.ts, src/server/served-connection.ts
// covers: src/server/serve.ts
import { createServer, get, type Server } from 'node:http';
import { run, sleep, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { connect, type Message, type SocketHandler, serve, type WebSocketServer } from '../../src/index.ts';

const echo: SocketHandler = async (socket) => {
  for await (const message of socket) await socket.send(message);
};

async function next(stream: AsyncIterable<Message>): Promise<Message | undefined> {
  for await (const message of stream) return message;
  return undefined;
}

async function failure(
  promise: PromiseLike<unknown>,
): Promise<{ code: string; status?: number; message: string }> {
  try {
    await promise;
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('it did not fail');
}

const listening: Server[] = [];

async function httpServer(): Promise<Server> {
  const server = createServer((request, response) => response.end(`plain ${request.url}`));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  listening.push(server);
  return server;
}

function closeHttp(): void {
  for (const server of listening.splice(0)) server.close().closeAllConnections();
}

function fetchText(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      response.setEncoding('utf8');
      let text = '';
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });
}

const basics = suite('serve and connect');

basics('echo text and binary between our own ends, empty and large', async () => {
  const server = await serve(echo, { port: 0, maxMessageBytes: 8_000_000 });
  const socket = await connect(server.url, { maxMessageBytes: 8_000_000 });
  for (const message of ['text', '', 'é🚀', 'x'.repeat(3_000_000)]) {
    await socket.send(message);
    assert.is(await next(socket), message);
  }
  for (const length of [0, 1, 125, 126, 65_535, 65_536, 5_000_000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => i & 255);
    await socket.send(bytes);
    assert.equal(await next(socket), bytes);
  }
  assert.ok((await socket.ping()) >= 0);
  assert.is((await socket.close()).wasClean, true);
  await server.close();
});

basics('a server knows its port, its address and who is connected', async () => {
  const server = await serve(echo, { path: '/chat' });
  assert.is(server.url, `ws://127.0.0.1:${server.port}/chat`);
  assert.is(server.connections.size, 0);
  const socket = await connect(server.url);
  assert.is(server.connections.size, 1);
  await socket.close();
  await server.close();
  assert.is(server.connections.size, 0);
});

basics('the handshake is known on both sides', async () => {
  let seen: unknown[] = [];
  const server = await serve(
    (socket) => {
      const { url, headers, remoteAddress, origin } = socket.handshake;
      seen = [url, headers['x-token'], remoteAddress, origin, socket.subprotocol];
    },
    { subprotocols: ['v2', 'v1'], origins: ['https://app.example'] },
  );
  const socket = await connect(`${server.url}room?id=7`, {
    headers: { 'X-Token': 'secret', Origin: 'https://app.example', Upgrade: 'ignored' },
    protocols: ['v1', 'v2'],
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(seen, ['/room?id=7', 'secret', '127.0.0.1', 'https://app.example', 'v1']);
  assert.is(socket.subprotocol, 'v1');
  assert.is(socket.handshake.headers['x-token'], 'secret');
  await server.close();
  assert.is((await socket.closed).code, 1001);
});

basics('a refusal and a missing server are told apart', async () => {
  const server = await serve(echo, { path: '/here' });
  const refused = await failure(connect(`ws://127.0.0.1:${server.port}/elsewhere`));
  assert.equal([refused.code, refused.status], ['ERR_OXBOW_WS_HANDSHAKE', 404]);
  await server.close();
  assert.is((await failure(connect(server.url))).code, 'ERR_OXBOW_WS_CONNECT');
});

basics('a server that does not answer the handshake is too slow', async () => {
  const silent = createServer();
  silent.on('upgrade', (_request, socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  listening.push(silent);
  const { port } = silent.address() as { port: number };
  const error = await failure(connect(`ws://127.0.0.1:${port}`, { handshakeTimeoutMs: 50 }));
  assert.is(error.code, 'ERR_OXBOW_WS_CONNECT');
  assert.match(error.message, '50 ms');
});
basics.after.each(closeHttp);

basics('a port in use is told', async () => {
  const server = await serve(echo);
  const error = await failure(serve(echo, { port: server.port }));
  assert.is(error.code, 'ERR_OXBOW_WS_CONNECT');
  await server.close();
});

basics('bad arguments are refused at the door', () => {
  assert.throws(() => serve(undefined as never), /handler/);
  assert.throws(() => connect('ftp://x'), /ws:/);
  assert.throws(() => connect('ws://x/#fragment'), /fragment/);
  assert.throws(() => connect('ws://x', { protocol: ['a'] } as never), /protocols/);
});

basics.run();

const shared = suite('on an HTTP server that exists');
shared.after.each(closeHttp);

shared('its other routes go on working, before, during and after', async () => {
  const http = await httpServer();
  const { port } = http.address() as { port: number };
  const server = await serve(echo, { server: http, path: '/ws' });
  assert.is(server.port, port);
  const socket = await connect(server.url);
  await socket.send('x');
  assert.is(await next(socket), 'x');
  assert.is(await fetchText(`http://127.0.0.1:${port}/page`), 'plain /page');
  await server.close();
  assert.is((await socket.closed).code, 1001);
  assert.is(await fetchText(`http://127.0.0.1:${port}/after`), 'plain /after');
  assert.is(http.listenerCount('upgrade'), 0);
});

shared('several servers share it by path; an unknown path gets 404', async () => {
  const http = await httpServer();
  const [a, b] = [
    await serve((socket) => void socket.send('a'), { server: http, path: '/a' }),
    await serve((socket) => void socket.send('b'), { server: http, path: '/b' }),
  ];
  assert.is(await next(await connect(a.url)), 'a');
  assert.is(await next(await connect(b.url)), 'b');
  const { port } = http.address() as { port: number };
  assert.is((await failure(connect(`ws://127.0.0.1:${port}/c`))).status, 404);
  assert.throws(() => serve(echo, { server: http, path: '/a' }), /already/);
  await a.close();
  await b.close();
});

shared('upgrades of others are left to them', async () => {
  const http = await httpServer();
  http.on('upgrade', (request, socket) => {
    if (request.url === '/theirs') socket.end('HTTP/1.1 418 Theirs\r\nConnection: close\r\n\r\n');
  });
  const server = await serve(echo, { server: http, path: '/ours' });
  const { port } = http.address() as { port: number };
  assert.is((await failure(connect(`ws://127.0.0.1:${port}/theirs`))).status, 418);
  await server.close();
});

shared.run();

const ending = suite('ending a server');

ending('close ends connections with 1001 and cancels handlers that still run', async () => {
  const ends: string[] = [];
  await run(async () => {
    const server = await serve(async () => {
      try {
        await sleep(1_000_000);
      } finally {
        ends.push('cancelled');
      }
    });
    const socket = await connect(server.url);
    await server.close();
    assert.is((await socket.closed).code, 1001);
    assert.equal(ends, ['cancelled']);
    await server.close();
    assert.is((await failure(connect(server.url))).code, 'ERR_OXBOW_WS_CONNECT');
  });
});

ending('close may be called by a handler', async () => {
  let server!: WebSocketServer;
  const closed = new Promise<void>((resolve) => {
    void serve(async () => {
      await server.close();
      resolve();
    }).then((made) => {
      server = made;
      void connect(made.url);
    });
  });
  await closed;
});

ending('leaving run() closes what is open', async () => {
  const { server, socket } = await run(async () => {
    const made = await serve(echo);
    return { server: made, socket: await connect(made.url) };
  });
  assert.is(server.connections.size, 0);
  assert.is(socket.isOpen, false);
});

ending('drain closes everybody with 1012 within its time, and refuses the new', async () => {
  const clock = new VirtualClock({ autoJump: false });
  await run(
    async () => {
      const server = await serve(echo);
      const sockets = await Promise.all(Array.from({ length: 10 }, () => connect(server.url)));
      const drained = server.drain({ graceMs: 400 });
      const refused = await failure(connect(server.url));
      assert.ok(refused.status === 503 || refused.code === 'ERR_OXBOW_WS_CONNECT');
      // Each is closed at a moment of the first half; at its end all have been told.
      clock.advance(200);
      const infos = await Promise.all(sockets.map(({ closed }) => closed));
      assert.equal(new Set(infos.map(({ code }) => code)), new Set([1012]));
      await drained;
      assert.is(server.connections.size, 0);
    },
    { clock },
  );
});

ending('a cancelled connect leaves no connection behind', async () => {
  const server = await serve(echo);
  const connecting = connect(server.url);
  connecting.cancel();
  await failure(connecting);
  await server.close();
});

ending.run();

const topics = suite('topics over the network');

topics('what is published reaches every follower, and only those', async () => {
  const server = await serve(async (socket) => {
    const room = new URL(socket.handshake.url, 'ws://x').searchParams.get('room') ?? '';
    await socket.join(room);
    for await (const message of socket) await server.topic(room).publish(message);
  });
  const [ann, bob, eve] = await Promise.all([
    connect(`${server.url}?room=one`),
    connect(`${server.url}?room=one`),
    connect(`${server.url}?room=two`),
  ]);
  await Promise.all([ann, bob, eve].map((socket) => socket.ping()));
  await ann.send('hello');
  assert.is(await next(ann), 'hello');
  assert.is(await next(bob), 'hello');
  await eve.send('alone');
  assert.is(await next(eve), 'alone');
  assert.is(server.topic('one').followers, 2);
  await ann.close();
  await bob.close();
  while (server.connections.size > 1) await new Promise((resolve) => setImmediate(resolve));
  assert.is(server.topic('one').followers, 0);
  await server.close();
});

topics('a handler may end while its socket follows a topic', async () => {
  const server = await serve(async (socket) => {
    await socket.join('news');
  });
  const socket = await connect(server.url);
  await socket.ping();
  await socket.send('nobody reads this');
  await server.topic('news').publish(Uint8Array.of(1, 2, 3));
  assert.equal(await next(socket), Uint8Array.of(1, 2, 3));
  assert.is((await socket.close()).code, 1000);
  await server.close();
});

topics.run();

const peer = suite('with Node’s own WebSocket as the peer');

peer('echo, large messages and a clean close', async () => {
  const server = await serve(echo, { subprotocols: ['chat'] });
  const client = new WebSocket(server.url, ['chat']);
  client.binaryType = 'arraybuffer';
  await new Promise((resolve) => client.addEventListener('open', resolve, { once: true }));
  assert.is(client.protocol, 'chat');
  for (const message of ['text', 'x'.repeat(500_000)]) {
    client.send(message);
    const { data } = await new Promise<MessageEvent>((resolve) =>
      client.addEventListener('message', resolve, { once: true }),
    );
    assert.is(data, message);
  }
  client.send(Uint8Array.of(1, 2, 3));
  const { data } = await new Promise<MessageEvent>((resolve) =>
    client.addEventListener('message', resolve, { once: true }),
  );
  assert.equal(new Uint8Array(data as ArrayBuffer), Uint8Array.of(1, 2, 3));
  client.close(4000, 'done');
  const { code, wasClean } = await new Promise<CloseEvent>((resolve) =>
    client.addEventListener('close', resolve, { once: true }),
  );
  assert.equal([code, wasClean], [4000, true]);
  await server.close();
});

peer.run();
