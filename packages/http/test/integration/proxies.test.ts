import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { assert, suite } from '@oxbow/testkit';
import { type ProxyError, Session, type SessionOptions } from '../../src/index.ts';
import { rejectionOf } from '../rejection.ts';
import { httpServer } from './loopback.ts';
import { withProgram } from './system-program.ts';

const test = suite('proxies');

const certificate = readFileSync(new URL('fixtures/localhost.crt', import.meta.url));
const key = readFileSync(new URL('fixtures/localhost.key', import.meta.url));

const tinyproxy =
  (lines: string[] = []) =>
  async (port: number, folder: string) => {
    const file = join(folder, 'tinyproxy.conf');
    await writeFile(file, [`Port ${port}`, 'Listen 127.0.0.1', 'MaxClients 20', ...lines, ''].join('\n'));
    return ['-d', '-c', file];
  };

async function httpsServer(): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer({ cert: certificate, key }, (request, response) =>
    response.end(`secure ${request.url}`),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => void (server.closeAllConnections(), server.close(() => resolve()))),
  };
}

/** Fetches a plain and a secure page through a proxy, some of them at once. */
async function fetchBoth(options: SessionOptions): Promise<void> {
  const plain = await httpServer((request, response) => {
    const isProxied = request.headers.via !== undefined;
    response.end(`plain ${request.url} ${request.headers['proxy-authorization'] ?? 'none'} ${isProxied}`);
  });
  const secure = await httpsServer();
  const session = new Session({ tls: { ca: certificate }, retry: false, ...options });
  try {
    for (let i = 0; i < 3; i++) assert.match(await session.get(`${plain.url}/a?b`).text(), 'plain /a?b none');
    for (let i = 0; i < 3; i++) assert.is(await session.get(`${secure.url}/c?d`).text(), 'secure /c?d');
    const many = Array.from({ length: 10 }, (_, i) =>
      session.get(`${i % 2 ? plain.url : secure.url}/${i}`).text(),
    );
    assert.is((await Promise.all(many)).length, 10);
    assert.is(
      await session.post(plain.url, { body: 'x' }).text(),
      'plain / none ' + (options.proxy?.toString().startsWith('socks') ? 'false' : 'true'),
    );
  } finally {
    await session.close();
    await plain.close();
    await secure.close();
  }
}

test('tinyproxy: requests of http are forwarded, those of https tunnelled', () =>
  withProgram('tinyproxy', tinyproxy(), (port) => fetchBoth({ proxy: `http://127.0.0.1:${port}` })));

test('tinyproxy with credentials: sent to the proxy alone; without them 407 is a ProxyError or an answer', () =>
  withProgram('tinyproxy', tinyproxy(['BasicAuth user secret']), async (port) => {
    await fetchBoth({ proxy: `http://user:secret@127.0.0.1:${port}` });
    const secure = await httpsServer();
    const session = new Session({ proxy: `http://127.0.0.1:${port}`, tls: { ca: certificate } });
    const error = await rejectionOf<ProxyError>(session.get(secure.url));
    assert.is(error.code, 'ERR_OXBOW_HTTP_PROXY');
    assert.is(error.status, 407);
    assert.is(error.attempts.length, 1);
    assert.is((await session.get('http://localhost:1/')).status, 407);
    await session.close();
    await secure.close();
  }));

test('squid', () =>
  withProgram(
    'squid',
    async (port, folder) => {
      const file = join(folder, 'squid.conf');
      await writeFile(
        file,
        [
          `http_port 127.0.0.1:${port}`,
          'http_access allow all',
          'cache deny all',
          'pid_filename none',
          'access_log none',
          'cache_log /dev/null',
          // As root it refuses to run as itself; this is the user of Debian's package.
          process.getuid?.() === 0 ? 'cache_effective_user proxy' : '',
          'shutdown_lifetime 0 seconds',
          '',
        ].join('\n'),
      );
      // A name of its own: its shared memory is called by it.
      return ['-N', '-n', `oxbow${port}`, '-f', file];
    },
    (port) => fetchBoth({ proxy: `http://127.0.0.1:${port}` }),
  ));

for (const scheme of ['socks5', 'socks5h']) {
  test(`microsocks by ${scheme}, with and without credentials`, async () => {
    await withProgram(
      'microsocks',
      async (port) => ['-i', '127.0.0.1', '-p', String(port)],
      (port) => fetchBoth({ proxy: `${scheme}://127.0.0.1:${port}` }),
    );
    const withUser = async (port: number) => [
      '-i',
      '127.0.0.1',
      '-p',
      String(port),
      '-u',
      'user',
      '-P',
      'secret',
    ];
    await withProgram('microsocks', withUser, async (port) => {
      await fetchBoth({ proxy: `${scheme}://user:secret@127.0.0.1:${port}` });
      const session = new Session({ proxy: `${scheme}://user:wrong@127.0.0.1:${port}`, retry: false });
      assert.is((await rejectionOf(session.get('http://localhost:1/'))).code, 'ERR_OXBOW_HTTP_PROXY');
      await session.close();
    });
  });
}

/** Puts TLS before a proxy that speaks none, as a terminator does: an `https://` proxy. */
async function secured(port: number, name: 'localhost' | 'other' = 'localhost') {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => sockets.add(socket.on('error', () => socket.destroy()));
  const file = (suffix: string) => readFileSync(new URL(`fixtures/${name}.${suffix}`, import.meta.url));
  const server = createTlsServer({ cert: file('crt'), key: file('key') }, (socket) => {
    const inner = connect(port, '127.0.0.1');
    keep(socket);
    keep(inner);
    socket.pipe(inner).pipe(socket);
    socket.on('close', () => inner.destroy());
    inner.on('close', () => socket.destroy());
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('an https proxy: TLS to it, then forwarding and tunnels as through any other, with and without credentials', async () => {
  for (const [lines, userinfo] of [
    [[], ''],
    [['BasicAuth user secret'], 'user:secret@'],
  ] as const) {
    await withProgram('tinyproxy', tinyproxy([...lines]), async (port) => {
      const proxy = await secured(port);
      await fetchBoth({ proxy: `https://${userinfo}localhost:${proxy.port}` });
      await proxy.close();
    });
  }
});

test('an https proxy with a certificate nobody vouches for, or of another host, is a ProxyError and sees no request', async () => {
  let seen = 0;
  const server = createTcpServer((socket) => socket.once('data', () => seen++)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  for (const [name, ca] of [
    ['localhost', undefined],
    ['other', readFileSync(new URL('fixtures/other.crt', import.meta.url))],
  ] as const) {
    const proxy = await secured((server.address() as AddressInfo).port, name);
    const session = new Session({
      proxy: `https://user:secret@localhost:${proxy.port}`,
      retry: false,
      ...(ca === undefined ? {} : { tls: { ca } }),
    });
    for (const url of ['http://a.test/', 'https://a.test/']) {
      const error = await rejectionOf<ProxyError>(session.get(url));
      assert.is(error.code, 'ERR_OXBOW_HTTP_PROXY', error.message);
    }
    await session.close();
    await proxy.close();
  }
  assert.is(seen, 0);
  await new Promise((resolve) => server.close(resolve));
});

test('a proxy that is not there is a ProxyError that names it, and its credentials are nowhere', async () => {
  const session = new Session({ proxy: 'http://user:hunter2@127.0.0.1:1', retry: false });
  for (const url of ['http://a.test/', 'https://a.test/']) {
    const error = await rejectionOf<ProxyError>(session.get(url));
    assert.is(error.code, 'ERR_OXBOW_HTTP_PROXY');
    assert.match(error.message, '127.0.0.1:1');
    assert.not.match(JSON.stringify([error.message, String(error.cause)]), 'hunter2');
  }
  await session.close();
});

test('a guard is asked about the host behind the proxy, not about the proxy', async () => {
  const asked: string[] = [];
  const proxy = await httpServer((request, response) => response.end(`forwarded ${request.url}`));
  const session = new Session({
    proxy: proxy.url,
    retry: false,
    lookup: (hostname, _options, callback) =>
      callback(null, [{ address: hostname === 'public.test' ? '93.184.216.34' : '10.0.0.1', family: 4 }]),
    guard: ({ address }) => {
      asked.push(address);
      return !address.startsWith('10.');
    },
  });
  assert.is(await session.get('http://public.test/x').text(), 'forwarded http://public.test/x');
  assert.is((await rejectionOf(session.get('http://private.test/'))).code, 'ERR_OXBOW_HTTP_BLOCKED_ADDRESS');
  assert.equal(asked, ['93.184.216.34', '10.0.0.1']);
  await session.close();
  await proxy.close();
});

test('noProxy goes directly', async () => {
  const server = await httpServer((request, response) => response.end(request.url));
  const session = new Session({ proxy: { url: 'http://127.0.0.1:1', noProxy: 'localhost' } });
  assert.is(await session.get(`${server.url}/direct`).text(), '/direct');
  await session.close();
  await server.close();
});

test('a Unix socket takes every request; beside a proxy it is refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'oxbow-socket-'));
  const path = join(folder, 's');
  const server = (await import('node:http')).createServer((request, response) =>
    response.end(`${request.headers.host} ${request.url}`),
  );
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const session = new Session({ socketPath: path, baseUrl: 'http://docker' });
  assert.is(await session.get('/version').text(), 'docker /version');
  assert.is(await session.post('/x', { body: 'y' }).text(), 'docker /x');
  await session.close();
  server.close();
  server.closeAllConnections();
  const gone = new Session({ socketPath: join(folder, 'none'), retry: false });
  const error = await rejectionOf(gone.get('http://docker/'));
  assert.is(error.code, 'ERR_OXBOW_HTTP_CONNECT');
  assert.match(error.message, join(folder, 'none'));
  await gone.close();
  assert.throws(() => new Session({ socketPath: path, proxy: 'http://a' }), /one of them/);
  await rm(folder, { recursive: true });
});

test.run();
