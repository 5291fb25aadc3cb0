// covers: src/server/upgrade-gate.ts, src/server/expiry.ts, src/transport/upgrade-attempt.ts, src/transport/http1-attempt.ts, src/transport/http-headers.ts
// Upgrades over real sockets: who is let in, who is refused with what, and that every one of them gets its answer and its end.
import { createServer, type Server } from 'node:http';
import { connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import { assert, suite, until } from '@oxbow/testkit';
import {
  connect,
  type HandshakeError,
  type ServeOptions,
  type SocketHandler,
  serve,
} from '../../src/index.ts';
import { HANDSHAKE, RawClient } from '../fixtures/raw-client.ts';

const cleanups: (() => unknown)[] = [];

async function open<Data>(options: ServeOptions<Data> = {}, handler: SocketHandler<Data> = echo as never) {
  const errors: unknown[] = [];
  const server = await serve(handler, {
    closeTimeoutMs: 300,
    onError: (error) => errors.push(error),
    ...options,
  });
  cleanups.push(() => server.close());
  const raw = (): RawClient => {
    const client = new RawClient(server.port);
    cleanups.push(() => client.socket.destroy());
    return client;
  };
  return { server, errors, raw };
}

const echo: SocketHandler<never> = async (socket) => {
  for await (const message of socket) await socket.send(message);
};

async function closeAll(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

const refusal = (promise: PromiseLike<unknown>): Promise<HandshakeError> =>
  Promise.resolve(promise).then(
    () => Promise.reject(new Error('it was let in')),
    (error: HandshakeError) => error,
  );

/** Sends bytes as they are and reads until the other side ends. */
function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectTcp(port, '127.0.0.1', () => socket.write(text));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}

const lines = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');

const asked = suite('onUpgrade');

asked('lets in with data, headers and a subprotocol', async () => {
  const { server } = await open<{ user: string }>(
    {
      subprotocols: ['a', 'b'],
      onUpgrade: async ({ url, headers, subprotocols, remoteAddress }) => {
        assert.equal([url, subprotocols, remoteAddress], ['/?token=t', ['a', 'b'], '127.0.0.1']);
        return {
          accept: true,
          data: { user: headers['x-user']! },
          subprotocol: 'b',
          headers: { 'Set-Cookie': 's=1' },
        };
      },
    },
    async (socket) => void (await socket.send(socket.data.user)),
  );
  const socket = await connect(`${server.url}?token=t`, {
    protocols: ['a', 'b'],
    headers: { 'X-User': 'ann' },
  });
  assert.is(socket.subprotocol, 'b');
  assert.equal(await socket.collect(), ['ann']);
});

asked('refuses with status, headers and body, which the client gets', async () => {
  const { server } = await open({
    onUpgrade: () => ({ refuse: 401, headers: { 'WWW-Authenticate': 'Bearer' }, body: 'who are you?' }),
  });
  const error = await refusal(connect(server.url));
  assert.equal(
    [error.status, error.headers['www-authenticate'], error.text],
    [401, 'Bearer', 'who are you?'],
  );
});

asked('one that throws, rejects or answers nonsense refuses with 500, and the owner is told', async () => {
  const answers: (() => unknown)[] = [
    () => {
      throw new Error('thrown');
    },
    async () => {
      throw new Error('rejected');
    },
    () => ({ refuse: 200 }),
    () => ({ accept: false }),
    () => 'yes',
    () => ({ accept: true, headers: { 'X-A': 'a\r\nX-B: b' } }),
    () => ({ accept: true, subprotocol: 'never offered' }),
    () => ({ accept: true, expiresInMs: -1 }),
  ];
  const { server, errors } = await open({ onUpgrade: () => answers.shift()!() as never });
  while (answers.length > 0) {
    const left = answers.length;
    assert.is((await refusal(connect(server.url))).status, 500, `${left} left`);
  }
  assert.is(errors.length, 8);
});

asked('is bounded in time, and its signal is aborted', async () => {
  const signals: AbortSignal[] = [];
  const { server } = await open({
    handshakeTimeoutMs: 50,
    onUpgrade: ({ signal }) => {
      signals.push(signal);
      return new Promise<undefined>(() => {});
    },
  });
  assert.is((await refusal(connect(server.url))).status, 503);
  assert.is(signals[0]!.aborted, true);
});

asked('is bounded in number, and those that wait count as connections', async () => {
  let finish!: () => void;
  const wait = new Promise<undefined>((resolve) => {
    finish = () => resolve(undefined);
  });
  const { server } = await open({ maxPendingUpgrades: 1, onUpgrade: () => wait });
  const first = connect(server.url);
  while (server.pendingUpgrades === 0) await new Promise((resolve) => setImmediate(resolve));
  assert.is((await refusal(connect(server.url))).status, 503);
  finish();
  await (await first).close();
});

asked('a client that goes meanwhile frees its place', async () => {
  const { server, raw } = await open({ onUpgrade: () => new Promise<undefined>(() => {}) });
  const client = raw();
  client.socket.write(`GET / HTTP/1.1\r\n${lines(HANDSHAKE)}\r\n`);
  while (server.pendingUpgrades === 0) await new Promise((resolve) => setImmediate(resolve));
  client.socket.resetAndDestroy();
  while (server.pendingUpgrades > 0) await new Promise((resolve) => setImmediate(resolve));
});

asked('those that wait when the server closes are answered with 503', async () => {
  const { server } = await open({ onUpgrade: () => new Promise<undefined>(() => {}) });
  const refused = refusal(connect(server.url));
  while (server.pendingUpgrades === 0) await new Promise((resolve) => setImmediate(resolve));
  await server.close();
  assert.is((await refused).status, 503);
});

asked('an authentication that runs out closes with 4401, unless it was renewed', async () => {
  const { server } = await open<string>(
    { onUpgrade: () => ({ accept: true, data: 'old', expiresInMs: 60 }) },
    async (socket) => {
      for await (const token of socket) socket.reauthenticate({ expiresInMs: 30_000, data: token as string });
    },
  );
  const [lapsed, renewed] = [await connect(server.url), await connect(server.url)];
  await renewed.send('new');
  assert.equal((({ code, reason }) => [code, reason])(await lapsed.closed), [
    4401,
    'the authentication has expired',
  ]);
  assert.is(renewed.isOpen, true);
  while (server.connections.size > 1) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(
    [...server.connections].map(({ data }) => data),
    ['new'],
  );
});

asked.after.each(closeAll);
asked.run();

const origins = suite('origins decided by a function');

origins('one that throws refuses with 500 and nobody else is touched; a promise is waited for', async () => {
  const { server, errors } = await open({
    origins: (origin) => {
      if (origin === 'null') return new URL(origin).hostname === 'x';
      return Promise.resolve(origin === 'https://good.example');
    },
  });
  const bystander = await connect(server.url);
  const ask = (origin: string) => connect(server.url, { headers: { Origin: origin } });
  assert.is((await refusal(ask('null'))).status, 500);
  assert.is((await refusal(ask('https://bad.example'))).status, 403);
  await (await ask('https://good.example')).close();
  assert.is(errors.length, 1);
  await bystander.send('still here');
  for await (const message of bystander) {
    assert.is(message, 'still here');
    break;
  }
});

origins('only true lets in', async () => {
  const answers = [async () => false, () => 'yes', () => 1, async () => undefined];
  const { server } = await open({ origins: () => answers.shift()!() as never });
  for (let i = 0; i < 4; i += 1) {
    assert.is((await refusal(connect(server.url, { headers: { Origin: 'https://x' } }))).status, 403);
  }
});

origins.after.each(closeAll);
origins.run();

const malformed = suite('requests that are no handshake');

for (const [what, request] of [
  ['HTTP/1.0', `GET / HTTP/1.0\r\n${lines(HANDSHAKE)}\r\n`],
  ['no Host', `GET / HTTP/1.1\r\n${lines({ ...HANDSHAKE, Host: '' }).replace('Host: \r\n', '')}\r\n`],
  ['two Hosts', `GET / HTTP/1.1\r\nHost: other\r\n${lines(HANDSHAKE)}\r\n`],
] as const) {
  malformed(`${what} is answered with 400, and the connection ends`, async () => {
    const { server } = await open();
    assert.match(await exchange(server.port, request), /^HTTP\/1\.1 400 /);
  });
}

malformed(
  'a target that is a whole address finds its route, and its host counts for the origin',
  async () => {
    const { raw } = await open({ path: '/chat' });
    const client = raw();
    const reply = await client.request('http://page.example/chat', {
      ...HANDSHAKE,
      Origin: 'http://page.example',
    });
    assert.is(reply.status, 101);
  },
);

malformed.after.each(closeAll);
malformed.run();

const shared = suite('beside another listener for upgrades');

async function listening(): Promise<Server> {
  const http = createServer();
  cleanups.push(() => {
    http.closeAllConnections();
    http.close();
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return http;
}

shared('an upgrade that neither serves gets its 404 and its end', async () => {
  const http = await listening();
  http.on('upgrade', () => {});
  const { server } = await open({ server: http, path: '/ours' });
  const answer = await exchange(server.port, `GET /nobody HTTP/1.1\r\n${lines(HANDSHAKE)}\r\n`);
  assert.match(answer, /^HTTP\/1\.1 404 /);
});

shared('what the other answers is left alone', async () => {
  const http = await listening();
  let theirs: Duplex | undefined;
  http.on('upgrade', (request, socket) => {
    if (request.url === '/theirs')
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nhello');
    if (request.url === '/theirs') theirs = socket;
  });
  const { server } = await open({ server: http, path: '/ours' });
  const answered = exchange(server.port, `GET /theirs HTTP/1.1\r\n${lines(HANDSHAKE)}\r\n`);
  // One that nobody answers, sent later, has had its 404 when this one's time is over too.
  await until('the other has it', () => theirs !== undefined);
  await exchange(server.port, `GET /nobody HTTP/1.1\r\n${lines(HANDSHAKE)}\r\n`);
  theirs?.end('bye');
  const answer = await answered;
  assert.match(answer, /hellobye$/, answer);
});

shared.after.each(closeAll);
shared.run();

const closing = suite('while the server closes');

closing('an upgrade on a connection that was open already is answered with 503', async () => {
  const { server, raw } = await open({ closeTimeoutMs: 300 });
  const holding = await RawClient.open(server.port);
  cleanups.push(() => holding.socket.destroy());
  const late = raw();
  await new Promise((resolve) => late.socket.once('connect', resolve));
  const closed = server.close();
  const reply = await late.request('/', HANDSHAKE);
  assert.is(reply.status, 503);
  await late.closed;
  await closed;
  assert.is(await server.closed, undefined);
});

closing('no new connection is taken', async () => {
  const { server } = await open();
  const holding = await RawClient.open(server.port);
  cleanups.push(() => holding.socket.destroy());
  const { port } = server;
  const closed = server.close();
  const code = await new Promise((resolve) => {
    connectTcp(port, '127.0.0.1').on('error', ({ code: errorCode }: NodeJS.ErrnoException) =>
      resolve(errorCode),
    );
  });
  assert.is(code, 'ECONNREFUSED');
  await closed;
});

closing.after.each(closeAll);
closing.run();
