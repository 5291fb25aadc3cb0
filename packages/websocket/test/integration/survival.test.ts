// covers: src/server/server.ts, src/server/serve.ts, src/server/handler-task.ts, src/transport/portable.ts
// covers: src/transport/tcp-transport.ts
import { once } from 'node:events';
import { run, VirtualClock } from '@oxbow/loop';
import { assert, suite, until } from '@oxbow/testkit';
import {
  type ServeOptions,
  type Socket,
  type SocketHandler,
  serve,
  type WebSocketServer,
} from '../../src/index.ts';
import { HANDSHAKE, RawClient } from '../fixtures/raw-client.ts';
import { join, masked } from '../fixtures/wire.ts';

const echo: SocketHandler = async (socket) => {
  for await (const message of socket) await socket.send(message);
};

const opened: { server: WebSocketServer; clients: RawClient[] }[] = [];

async function open(options: ServeOptions = {}, handler: SocketHandler = echo) {
  const server = await serve(handler, { closeTimeoutMs: 1_000, ...options });
  const clients: RawClient[] = [];
  opened.push({ server, clients });
  const raw = () => {
    const client = new RawClient(server.port);
    clients.push(client);
    return client;
  };
  const client = async (headers?: Readonly<Record<string, string>>) => {
    const made = await RawClient.open(server.port, headers);
    clients.push(made);
    return made;
  };
  return { server, raw, client };
}

async function closeAll(): Promise<void> {
  for (const { server, clients } of opened.splice(0)) {
    for (const client of clients) client.socket.destroy();
    await server.close();
  }
}

/** The server still does its work. */
async function assertAlive(server: WebSocketServer): Promise<void> {
  const client = await RawClient.open(server.port);
  client.write(masked(1, 'still there?'));
  assert.equal(await client.heard(1), [['message', 'still there?']]);
  client.socket.destroy();
}

const handshake = suite('survives odd handshakes');
handshake.after.each(closeAll);

handshake('one that never ends is cut after handshakeTimeoutMs', async () => {
  const { server, raw } = await open({ handshakeTimeoutMs: 100 });
  const [silent, slow] = [raw(), raw()];
  slow.socket.write('GET / HTTP/1.1\r\nHost: x\r\nUpgr');
  await Promise.all([silent.closed, slow.closed]);
  await assertAlive(server);
});

handshake('one that is complete is not cut', async () => {
  const clock = new VirtualClock({ autoJump: false });
  await run(
    async () => {
      const { client, raw } = await open({ handshakeTimeoutMs: 500 });
      const made = await client();
      const silent = raw();
      await once(silent.socket, 'connect');
      await until('the server to cut one that is silent', () => {
        clock.advance(500);
        return silent.socket.destroyed;
      });
      made.write(masked(1, 'x'));
      assert.equal(await made.heard(1), [['message', 'x']]);
      await closeAll();
    },
    { clock },
  );
});

handshake('one that arrives byte by byte, with the first frame right behind it', async () => {
  const { raw } = await open();
  const client = raw();
  const lines = Object.entries(HANDSHAKE)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  for (const byte of Buffer.from(`GET / HTTP/1.1\r\n${lines}\r`)) {
    client.write(Uint8Array.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  client.write(join(Buffer.from('\n'), masked(1, 'early')));
  assert.is((await client.reply()).status, 101);
  assert.equal(await client.heard(1), [['message', 'early']]);
});

for (const [what, headers, status] of [
  ['no key', { ...HANDSHAKE, 'Sec-WebSocket-Key': '' }, 400],
  ['an odd version', { ...HANDSHAKE, 'Sec-WebSocket-Version': '12' }, 426],
  ['an origin from elsewhere', { ...HANDSHAKE, Origin: 'https://evil.example' }, 403],
  ['subprotocols twice the same', { ...HANDSHAKE, 'Sec-WebSocket-Protocol': 'a,a' }, 400],
] as const) {
  handshake(`${what} is refused with ${status} and a sentence`, async () => {
    const { server, raw } = await open();
    const client = raw();
    const reply = await client.request('/', headers);
    assert.is(reply.status, status);
    assert.match(reply.head, /Connection: close/);
    await client.closed;
    await assertAlive(server);
  });
}

handshake('a duplicate key is refused', async () => {
  const { raw } = await open();
  const client = raw();
  const lines = Object.entries(HANDSHAKE)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  client.socket.write(`GET / HTTP/1.1\r\n${lines}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
  assert.is((await client.reply()).status, 400);
});

handshake('more headers than Node takes do not hide the upgrade’s own, or are refused', async () => {
  const { server, raw } = await open();
  const many = Object.fromEntries(Array.from({ length: 1_990 }, (_, i) => [`x-${i}`, '']));
  for (const headers of [
    { ...many, a: '', b: '', c: '', d: '', e: '', f: '', ...HANDSHAKE },
    { ...HANDSHAKE, ...many },
  ]) {
    const { status } = await raw().request('/', headers);
    assert.ok([101, 400, 426, 431, 0].includes(status), String(status));
  }
  await assertAlive(server);
});

handshake('prototype names and long blanks in lists do no harm', async () => {
  const { raw } = await open({ subprotocols: ['chat'] });
  const blanks = ' '.repeat(6_000);
  const { status, head } = await raw().request('/', {
    ...HANDSHAKE,
    'Sec-WebSocket-Protocol': `__proto__,${blanks}constructor${blanks.slice(0, 3_000)},chat`,
    'Sec-WebSocket-Extensions': `__proto__; a=${blanks.slice(0, 2_000)}, permessage-deflate; =`,
    __proto__: 'x',
  });
  assert.is(status, 101);
  assert.match(head, 'Sec-WebSocket-Protocol: chat');
  assert.not.match(head, 'Extensions');
});

handshake('a plain request gets 426, and one connection over maxConnections gets 503', async () => {
  const { raw, client } = await open({ maxConnections: 1 });
  assert.is((await raw().request('/', { Host: 'x' })).status, 426);
  await client();
  assert.is((await raw().request('/', HANDSHAKE)).status, 503);
});

handshake('pages of the same host, and clients without an origin, are let in', async () => {
  const { server, client, raw } = await open();
  await client();
  const { status } = await raw().request('/', {
    ...HANDSHAKE,
    Host: `127.0.0.1:${server.port}`,
    Origin: `http://127.0.0.1:${server.port}`,
  });
  assert.is(status, 101);
});

handshake.run();

const wire = suite('survives odd bytes');
wire.after.each(closeAll);

wire('a message in chunks of one byte', async () => {
  const { client } = await open();
  const made = await client();
  for (const byte of join(masked(1, 'byte by byte'), masked(9, 'p'))) {
    made.write(Uint8Array.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.is((await made.heard(2)).length, 2);
});

wire('65,537 tiny fragments in one message, and as many empty ones', async () => {
  const { client } = await open();
  const made = await client();
  const middle = (data: string) =>
    join(...Array.from({ length: 65_535 }, () => masked(0, data, { fin: false })));
  made.write(masked(1, 'x', { fin: false }), middle('x'), masked(0, 'x'));
  made.write(masked(1, 'y', { fin: false }), middle(''), masked(0, 'y'));
  assert.equal(await made.heard(2), [
    ['message', 'x'.repeat(65_537)],
    ['message', 'yy'],
  ]);
});

wire('a flood of pings is answered or ended, and costs no memory', async () => {
  const { server, client } = await open({ maxControlFramesPerSecond: 1_000 });
  const made = await client();
  made.socket.pause();
  const flood = join(...Array.from({ length: 10_000 }, () => masked(9, 'x'.repeat(100))));
  made.write(flood);
  const [socket] = server.connections;
  const info = await socket!.closed;
  assert.is(info.code, 1008);
  await assertAlive(server);
});

wire(
  'a header that announces 100 MiB, then silence: refused over the limit, no memory below it',
  async () => {
    const { client } = await open();
    const made = await client();
    made.write(masked(2, '', { announce: 104_857_600 }));
    assert.equal((await made.heard(1))[0]?.slice(0, 2), ['close', 1009]);
    const generous = await open({ maxMessageBytes: 200_000_000 });
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 10; i += 1)
      (await generous.client()).write(masked(2, 'x', { announce: 104_857_600 }));
    await assertAlive(generous.server);
    assert.ok(process.memoryUsage().arrayBuffers - before < 20_000_000);
  },
);

wire('bytes that are no frames', async () => {
  const { server, client } = await open();
  const made = await client();
  made.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
  assert.equal((await made.heard(1))[0]?.slice(0, 2), ['close', 1002]);
  await made.closed;
  await assertAlive(server);
});

wire.run();

const peers = suite('survives odd peers');
peers.after.each(closeAll);

peers('one that never reads: the budget holds, and close ends it with 1013', async () => {
  let socket!: Socket;
  const { client } = await open({ maxBufferedBytes: 100_000, slowConsumer: 'close' }, async (given) => {
    socket = given;
    while (socket.isOpen) {
      await socket.send(new Uint8Array(10_000)).catch(() => {});
      assert.ok(socket.bufferedBytes <= 100_000);
    }
  });
  const made = await client();
  made.socket.pause();
  const info = await socket.closed;
  assert.is(info.code, 1013);
  assert.ok(socket.dropped.messages > 0);
});

peers('one that never reads: under pause the handler waits, and no byte is lost', async () => {
  const total = 3_000;
  let sent = 0;
  const { client, server } = await open({ maxBufferedBytes: 100_000 }, async (socket) => {
    for (; sent < total; sent += 1) await socket.send(new Uint8Array(10_000).fill(sent & 255));
    await socket.closed;
  });
  const made = await client();
  made.socket.pause();
  const buffered = () => [...server.connections][0]!.bufferedBytes;
  await until('the budget to be used up', () => buffered() > 90_000);
  const stoppedAt = sent;
  assert.ok(stoppedAt < total);
  assert.ok(buffered() <= 100_000);
  const expected = total * 10_004 + made.headBytes;
  made.socket.removeAllListeners('data');
  const all = new Promise<void>((resolve) => {
    made.socket.on('data', () => made.socket.bytesRead >= expected && resolve());
  });
  made.socket.resume();
  await all;
  assert.is(made.socket.bytesRead, expected);
  assert.is(sent, total);
});

peers('one that is half open: FIN without a Close frame', async () => {
  const { server, client } = await open();
  const made = await client();
  const [socket] = server.connections;
  made.socket.end();
  assert.is((await socket!.closed).code, 1006);
  await made.closed;
});

peers('one that resets', async () => {
  const { server, client } = await open();
  const made = await client();
  const [socket] = server.connections;
  made.socket.resetAndDestroy();
  assert.is((await socket!.closed).code, 1006);
  await assertAlive(server);
});

peers('one that does not answer the Close frame', async () => {
  const { server, client } = await open({ closeTimeoutMs: 50 });
  const made = await client();
  const [socket] = server.connections;
  const info = await socket!.close(1000);
  assert.equal([info.code, info.wasClean], [1006, false]);
  await made.closed;
});

peers('one that vanishes: the ping finds out', async () => {
  const { server, client } = await open({ pingIntervalMs: 50, pongTimeoutMs: 50 });
  await client();
  const [socket] = server.connections;
  const info = await socket!.closed;
  assert.is((info.error as { code: string }).code, 'ERR_OXBOW_WS_KEEPALIVE');
});

peers.run();

const handlers = suite('survives its handlers');
handlers.after.each(closeAll);

handlers('one that throws: 1011, the error is told, and the server lives on', async () => {
  const errors: unknown[] = [];
  const { server, client } = await open({ onError: (error) => errors.push(error) }, async (socket) => {
    for await (const message of socket) {
      if (message === 'boom') throw new Error('boom');
      await socket.send(message);
    }
  });
  const made = await client();
  made.write(masked(1, 'boom'));
  assert.equal((await made.heard(1))[0]?.slice(0, 2), ['close', 1011]);
  assert.equal(
    errors.map((error) => (error as Error).message),
    ['boom'],
  );
  await assertAlive(server);
});

handlers('a plain one that throws, too', async () => {
  const errors: unknown[] = [];
  const { client } = await open({ onError: (error) => errors.push(error) }, () => {
    throw new Error('at once');
  });
  const made = await client();
  assert.equal((await made.heard(1))[0]?.slice(0, 2), ['close', 1011]);
  assert.is(errors.length, 1);
});

handlers('one that writes after the end is told, and nobody has to hear of it', async () => {
  const errors: unknown[] = [];
  let code: string | undefined;
  const { server, client } = await open({ onError: (error) => errors.push(error) }, async (socket) => {
    await socket.closed;
    code = await socket.send('late').then(
      () => 'no error',
      (error: { code: string }) => error.code,
    );
    await socket.send('later');
  });
  (await client()).socket.destroy();
  await [...server.connections][0]?.closed;
  await assertAlive(await (await open()).server);
  assert.is(code, 'ERR_OXBOW_WS_CLOSED');
  assert.equal(errors, []);
});

handlers('an async one that ends closes with 1000', async () => {
  const { client } = await open({}, async (socket) => {
    await socket.send('goodbye');
  });
  assert.equal(await (await client()).heard(2), [
    ['message', 'goodbye'],
    ['close', 1000, ''],
  ]);
});

handlers('a generator works like an async function', async () => {
  const { client } = await open({}, function* (socket) {
    const messages = socket.values();
    const first = yield* messages.pull();
    void socket.send(`got ${String(first.value)}`);
  });
  const made = await client();
  made.write(masked(1, 'x'));
  assert.equal(await made.heard(1), [['message', 'got x']]);
});

handlers('a plain one may return and leave the connection open', async () => {
  const { client } = await open({}, (socket) => {
    socket.subscribe((message) => socket.trySend(message));
  });
  const made = await client();
  made.write(masked(1, 'x'));
  assert.equal(await made.heard(1), [['message', 'x']]);
});

handlers.run();
