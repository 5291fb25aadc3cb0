// covers: src/transport/connection.ts, src/transport/undici-transport.ts
import { createTask, run, sleep } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { MockTransport, Session, UndiciTransport } from '../../src/index.ts';
import { loadOf } from '../load-of.ts';
import { rejectionOf } from '../rejection.ts';
import { eventually, httpServer, rawServer } from './loopback.ts';

const test = suite('connections');

test('requests one after the other share a connection, requests at once do not', async () => {
  const server = await httpServer((_, response) => void response.end('ok'));
  const session = new Session();
  for (let i = 0; i < 5; i++) await session.get(server.url).text();
  assert.is(server.accepted(), 1);
  await Promise.all(Array.from({ length: 5 }, () => session.get(server.url).text()));
  assert.is(server.accepted(), 5);
  await session.close();
  await eventually(() => server.sockets.size === 0);
  await server.close();
});

test('never more than perOrigin connections, however many requests', async () => {
  let most = 0;
  let open = 0;
  const server = await httpServer((_, response) => {
    most = Math.max(most, ++open);
    setImmediate(() => {
      open--;
      response.end('ok');
    });
  });
  const session = new Session({ limits: { perOrigin: 7 } });
  const bodies = await Promise.all(Array.from({ length: 300 }, () => session.get(server.url).text()));
  assert.is(bodies.length, 300);
  assert.ok(most <= 7);
  assert.is(server.accepted(), 7);
  await session.close();
  await server.close();
});

test('a server that closes after each response gets a new connection each time', async () => {
  const server = await httpServer((_, response) => {
    response.setHeader('connection', 'close');
    response.end('ok');
  });
  const transport = new UndiciTransport();
  const session = new Session({ transport });
  for (let i = 0; i < 3; i++) assert.is(await session.get(server.url).text(), 'ok');
  assert.is(server.accepted(), 3);
  await eventually(() => transport.statistics().connections === 0);
  assert.is(transport.statistics().origins, 0);
  await session.close();
  await transport.close();
  await server.close();
});

test('idle connections over all origins are bounded, the oldest one goes first', async () => {
  const servers = await Promise.all(
    Array.from({ length: 4 }, () => httpServer((_, response) => void response.end('ok'))),
  );
  const transport = new UndiciTransport({ maxIdleConnections: 2 });
  const session = new Session({ transport });
  for (const server of servers) await session.get(server.url).text();
  assert.equal(transport.statistics(), { origins: 2, connections: 2, idle: 2 });
  await eventually(() => servers[0]?.sockets.size === 0 && servers[1]?.sockets.size === 0);
  assert.equal(
    servers.map((server) => server.sockets.size),
    [0, 0, 1, 1],
  );
  await session.close();
  assert.is(transport.statistics().connections, 2);
  await transport.close();
  await Promise.all(servers.map((server) => server.close()));
});

test('a transport that was passed in outlives the session', async () => {
  const mock = new MockTransport().on('GET', /./, { body: 'x' });
  const first = new Session({ transport: mock });
  await first.close();
  const second = new Session({ transport: mock });
  assert.is(await second.get('http://a.test/').text(), 'x');
  await second.close();
});

for (const [phase, reply] of [
  ['waiting for headers', ''],
  ['inside the body', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome'],
] as const) {
  test(`cancelling the task that awaits closes the socket, ${phase}`, async () => {
    let asked = false;
    let begun = false;
    const server = await rawServer((socket) => {
      asked = true;
      socket.write(reply);
    });
    const session = new Session();
    await run(async () => {
      const task = createTask(async () => {
        const response = await session.get(server.url);
        begun = true;
        return response.text();
      });
      await eventually(() => (reply === '' ? asked : begun));
      task.cancel();
      assert.is((await rejectionOf(task)).name, 'CancelledError');
    });
    await eventually(() => server.sockets.size === 0);
    assert.equal(loadOf(session), { active: 0, queued: 0, open: 0 });
    await session.close();
    await server.close();
  });
}

test('cancelling while connecting gives the connection up', async () => {
  // Resolving never ends, so the connection never begins.
  let asked = 0;
  const session = new Session({ lookup: () => void asked++ });
  const request = session.get('http://never.test/').text();
  await eventually(() => asked === 1);
  request.cancel();
  assert.is((await rejectionOf(request)).name, 'CancelledError');
  assert.equal(loadOf(session), { active: 0, queued: 0, open: 0 });
  await session.close();
});

test('an aborted signal cancels, before, during and in the body', async () => {
  const server = await rawServer(
    (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome'),
  );
  const session = new Session();
  const before = session.get(server.url, { signal: AbortSignal.abort(new Error('early')) });
  assert.match((await rejectionOf(before)).message, 'early');
  assert.is(server.accepted(), 0);
  const controller = new AbortController();
  const response = await session.get(server.url, { signal: controller.signal });
  const text = response.text();
  controller.abort(new Error('late'));
  assert.match((await rejectionOf(text)).message, 'late');
  await eventually(() => server.sockets.size === 0);
  await session.close();
  await server.close();
});

test('a body that was read whole, in part or not at all leaves nothing behind', async () => {
  const big = Buffer.alloc(4 * 1024 * 1024, 'x');
  const server = await httpServer(
    (request, response) => void response.end(request.url === '/big' ? big : 'small'),
  );
  const session = new Session();
  await session.get(`${server.url}/small`);
  await eventually(() => session.statistics().open === 0);
  assert.is(await session.get(`${server.url}/small`).text(), 'small');
  assert.is(server.accepted(), 1);
  for await (const _ of (await session.get(`${server.url}/big`)).body) break;
  await eventually(() => session.statistics().open === 0);
  const ignored = await session.get(`${server.url}/big`);
  // Meanwhile others come and go.
  assert.is((await session.get(`${server.url}/big`).bytes()).length, big.length);
  assert.is(session.statistics().active, 1);
  ignored.discard();
  assert.equal(loadOf(session), { active: 0, queued: 0, open: 0 });
  await eventually(() => server.sockets.size === 0);
  await session.close();
  await server.close();
});

test('a dropped response closes its connection when it is collected', async () => {
  const { setFlagsFromString } = await import('node:v8');
  const { runInNewContext } = await import('node:vm');
  setFlagsFromString('--expose_gc');
  const gc = runInNewContext('gc') as () => void;
  const server = await httpServer((_, response) => void response.end(Buffer.alloc(4 * 1024 * 1024)));
  const session = new Session();
  await (async () => void (await session.get(server.url)).status)();
  await eventually(() => {
    gc();
    return session.statistics().active === 0;
  });
  await eventually(() => server.sockets.size === 0);
  await session.close();
  await server.close();
});

test('a paused body holds the sender back, and resuming gets everything', async () => {
  const total = 32 * 1024 * 1024;
  const writtenTo: Record<string, number> = {};
  const server = await httpServer(({ url = '' }, response) => {
    const chunk = Buffer.alloc(64 * 1024);
    writtenTo[url] = 0;
    const more = () => {
      while (writtenTo[url]! < total) {
        writtenTo[url]! += chunk.length;
        if (!response.write(chunk)) {
          response.once('drain', more);
          return;
        }
      }
      response.end();
    };
    more();
  });
  const session = new Session();
  const response = await session.get(`${server.url}/paused`);
  // Meanwhile as much goes to somebody who reads.
  assert.is((await session.get(`${server.url}/read`).bytes()).length, total);
  const written = writtenTo['/paused']!;
  assert.ok(written < total / 2, `${written} bytes were taken unread`);
  let read = 0;
  for await (const chunk of response.body) read += chunk.length;
  assert.is(read, total);
  await session.close();
  await server.close();
});

test('a polluted Object.prototype changes nothing of a request', async () => {
  const server = await httpServer(
    (request, response) => void response.end(`${request.method} ${request.url}`),
  );
  const session = new Session();
  const evil: Record<string, unknown> = {
    query: { evil: '1' },
    upgrade: 'evil',
    method: 'POST',
    json: { evil: 1 },
    baseUrl: 'http://evil.test',
    auth: 'evil',
    socketPath: '/evil',
    proxy: 'http://127.0.0.1:1',
    HTTP_PROXY: 'http://127.0.0.1:1',
    http_proxy: 'http://127.0.0.1:1',
    cache: 'evil',
    reset: true,
  };
  for (const [name, value] of Object.entries(evil)) {
    Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
  }
  try {
    assert.is(await session.get(`${server.url}/a`).text(), 'GET /a');
    assert.is(await session.get(`${server.url}/b`, { headers: { a: 'b' } }).text(), 'GET /b');
    const fresh = new Session();
    assert.is(await fresh.get(`${server.url}/c`).text(), 'GET /c');
    await fresh.close();
  } finally {
    for (const name of Object.keys(evil)) delete (Object.prototype as Record<string, unknown>)[name];
  }
  await session.close();
  await server.close();
});

test('a response is complete in its timings', async () => {
  const server = await httpServer((_, response) => void response.end('ok'));
  const session = new Session();
  const response = await session.get(server.url.replace('127.0.0.1', 'localhost'));
  await response.text();
  const { dnsMs, connectMs, tlsMs, ttfbMs, totalMs = -1 } = response.timings;
  assert.ok(dnsMs >= 0 && connectMs > 0 && tlsMs === 0 && ttfbMs > 0);
  assert.ok(totalMs >= dnsMs + connectMs + ttfbMs);
  await session.close();
  await server.close();
});

test('a second, unasked response is never taken for the next answer (CVE-2026-6733)', async () => {
  const server = await rawServer((socket, head) => {
    const answer = (text: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
    socket.write(answer(head.split(' ', 2)[1] ?? ''), () => socket.write(answer('foreign')));
  });
  const session = new Session({ baseUrl: server.url });
  for (const method of ['GET', 'POST']) {
    for (let i = 0; i < 100; i++) assert.is(await session.request(method, `/${i}`).text(), `/${i}`);
  }
  await session.close();
  await server.close();
});

test('a server that closes after each answer without saying so loses no request, POST included', async () => {
  const server = await rawServer((socket) => {
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  });
  const session = new Session({ retry: false, limits: { perOrigin: 2 } });
  for (let i = 0; i < 100; i++) assert.is(await session.post(server.url, { body: 'x' }).text(), 'ok');
  const many = Array.from({ length: 50 }, () => session.post(server.url, { body: 'x' }).text());
  assert.equal(new Set(await Promise.all(many)), new Set(['ok']));
  assert.ok(server.sockets.size <= 2);
  await session.close();
  await server.close();
});

test('a request that waits for its connection to be polled can be cancelled, and leaves it as it was', async () => {
  const server = await httpServer((_, response) => response.end('ok'));
  const session = new Session({ baseUrl: server.url });
  await session.get('/').text();
  const cancelled = session.get('/');
  await Promise.resolve();
  cancelled.cancel();
  await rejectionOf(cancelled);
  assert.is(await session.get('/').text(), 'ok');
  assert.is(server.accepted(), 1);
  await session.close();
  await server.close();
});

test('hundreds in a row and at once use no more connections than the limit', async () => {
  const server = await httpServer((_, response) => response.end('ok'));
  const session = new Session({ baseUrl: server.url, limits: { perOrigin: 4 } });
  for (let i = 0; i < 50; i++) await session.get('/').text();
  assert.is(server.accepted(), 1);
  await Promise.all(Array.from({ length: 200 }, () => session.get('/').text()));
  assert.is(server.accepted(), 4);
  await session.close();
  await server.close();
});

test.run();
