// covers: src/transport/http2-attempt.ts, src/transport/http2-transport.ts, src/transport/listen-for-upgrades.ts
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect as connectHttp2,
  createSecureServer,
  createServer,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { assert, skipUnless, suite, until } from '@oxbow/testkit';
import { chromium } from 'playwright-core';
import {
  connect,
  type ServeOptions,
  type SocketHandler,
  serve,
  type WebSocketServer,
} from '../../src/index.ts';
import { hear, masked } from '../fixtures/wire.ts';

const closers: (() => unknown)[] = [];

const echo: SocketHandler = async (socket) => {
  for await (const message of socket) await socket.send(message);
};

interface Opened {
  readonly server: WebSocketServer;
  readonly session: ClientHttp2Session;
}

/** An HTTP/2 server of the user's with WebSockets on it, and a client's connection to it. */
async function open(handler: SocketHandler, options: ServeOptions = {}): Promise<Opened> {
  const http = createServer((request, response) => response.end(`page ${request.url}`));
  const server = await serve(handler, { server: http, closeTimeoutMs: 1_000, ...options });
  await listening(http);
  const session = connectHttp2(`http://127.0.0.1:${server.port}`);
  session.on('error', () => {});
  await once(session, 'remoteSettings');
  closers.push(() => http.close());
  closers.push(() => server.close());
  closers.push(() => session.destroy());
  return { server, session };
}

async function listening(http: Pick<Server, 'listen' | 'once'>): Promise<void> {
  http.listen(0, '127.0.0.1');
  await new Promise<void>((resolve) => http.once('listening', resolve));
}

/** A WebSocket as RFC 8441 has it. */
class H2Client {
  readonly stream: ClientHttp2Stream;
  readonly reply: Promise<Record<string, unknown>>;
  #received = Buffer.alloc(0);
  isEnded = false;

  constructor(session: ClientHttp2Session, headers: OutgoingHttpHeaders = {}) {
    this.stream = session.request({
      ':method': 'CONNECT',
      ':protocol': 'websocket',
      ':scheme': 'http',
      ':path': '/chat?room=7',
      ':authority': '127.0.0.1',
      'sec-websocket-version': '13',
      ...headers,
    });
    this.stream.on('error', () => {});
    this.reply = once(this.stream, 'response').then(([reply]) => reply as Record<string, unknown>);
    this.stream.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
    });
    this.stream.on('end', () => {
      this.isEnded = true;
    });
  }

  get text(): string {
    return this.#received.toString();
  }

  async heard(count: number): Promise<readonly unknown[]> {
    await until(
      `${count} frames`,
      () => hear('client', [this.#received], { maxMessageBytes: 1e9 }).length >= count,
    );
    return hear('client', [this.#received], { maxMessageBytes: 1e9 });
  }
}

const test = suite('RFC 8441: a WebSocket over HTTP/2');
test.after.each(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

test('the server tells its clients that they may ask', async () => {
  const { session } = await open(echo);
  assert.is(session.remoteSettings.enableConnectProtocol, true);
});

test('echoes text and bytes; several share a connection with ordinary requests', async () => {
  const { session, server } = await open(echo);
  const [one, other] = [new H2Client(session), new H2Client(session)];
  assert.is((await one.reply)[':status'], 200);
  one.stream.write(masked(1, 'hello'));
  other.stream.write(masked(2, new Uint8Array(100_000).fill(7)));
  assert.equal(await one.heard(1), [['message', 'hello']]);
  assert.is((await other.heard(1)).length, 1);
  const page = session.request({ ':path': '/page' });
  let text = '';
  page.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await once(page, 'end');
  assert.is(text, 'page /page');
  assert.is(server.connections.size, 2);
});

test('what is known of the request is what it would be of an upgrade', async () => {
  let seen: unknown;
  const { session } = await open(
    (socket) => {
      seen = [socket.handshake.url, socket.handshake.headers.host, socket.subprotocol, socket.data];
      socket.subscribe();
    },
    { path: '/chat', subprotocols: ['b'], onUpgrade: ({ url }) => ({ accept: true, data: url }) },
  );
  const client = new H2Client(session, { 'sec-websocket-protocol': 'a, b' });
  assert.is((await client.reply)['sec-websocket-protocol'], 'b');
  await until('the handler ran', () => seen !== undefined);
  assert.equal(seen, ['/chat?room=7', '127.0.0.1', 'b', '/chat?room=7']);
});

test('compresses where both want it', async () => {
  const { session } = await open(echo, { deflate: true });
  const client = new H2Client(session, { 'sec-websocket-extensions': 'permessage-deflate' });
  assert.match(String((await client.reply)['sec-websocket-extensions']), /^permessage-deflate/);
});

for (const [what, headers, options, status] of [
  ['another version', { 'sec-websocket-version': '8' }, {}, 400],
  ['a page of a stranger', { origin: 'https://evil.example' }, {}, 403],
  ['a path nobody serves', { ':path': '/other' }, { path: '/chat' }, 404],
  ['whom onUpgrade refuses', {}, { onUpgrade: () => ({ refuse: 401, body: 'who?' }) }, 401],
] as const) {
  test(`${what} is answered with ${status}`, async () => {
    const { session, server } = await open(echo, options as ServeOptions);
    const client = new H2Client(session, headers);
    assert.is((await client.reply)[':status'], status);
    await until('the answer is whole', () => client.isEnded);
    assert.ok(client.text.length > 0);
    assert.is(server.connections.size, 0);
  });
}

test('a CONNECT for something else is answered with 405', async () => {
  const { session } = await open(echo);
  const stream = session.request({ ':method': 'CONNECT', ':authority': 'example.org:443' });
  stream.on('error', () => {});
  const [reply] = await once(stream, 'response');
  assert.is((reply as Record<string, unknown>)[':status'], 405);
});

test('a closing handshake ends the stream, and the connection stays', async () => {
  let info: unknown;
  const { session } = await open((socket) => {
    void socket.closed.then((closed) => {
      info = [closed.code, closed.wasClean];
    });
    socket.subscribe();
  });
  const client = new H2Client(session);
  await client.reply;
  client.stream.write(masked(8, [3, 232]));
  assert.equal(await client.heard(1), [['close', 1000, '']]);
  await until('the stream has ended', () => client.isEnded);
  client.stream.end();
  await until('the server knows', () => info !== undefined);
  assert.equal(info, [1000, true]);
  assert.is(session.destroyed, false);
});

test('a stream that is reset is a connection that is lost', async () => {
  let code = 0;
  const { session } = await open((socket) => {
    void socket.closed.then((closed) => {
      code = closed.code;
    });
    socket.subscribe();
  });
  const client = new H2Client(session);
  await client.reply;
  client.stream.close(8);
  await until('the server knows', () => code === 1006);
});

test('a client that does not read holds the sender back, within the budget', async () => {
  let sent = 0;
  let buffered = 0;
  const { session } = await open(
    async (socket) => {
      for (;;) {
        await socket.send(new Uint8Array(10_000));
        sent += 1;
        buffered = Math.max(buffered, socket.bufferedBytes);
      }
    },
    { maxBufferedBytes: 100_000 },
  );
  const client = new H2Client(session);
  client.stream.pause();
  await client.reply;
  let before = -1;
  await until('nothing more is sent', async () => {
    const isStill = sent > 0 && before === sent;
    before = sent;
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    return isStill;
  });
  assert.ok(buffered <= 100_000, `${buffered} bytes waited`);
  const held = sent;
  client.stream.resume();
  await until('it goes on', () => sent > held + 20);
  client.stream.close(8);
});

const pem = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url));
const places = [process.env.OXBOW_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'];

test('a handler that does not read yet holds its client back, and nothing is lost', async () => {
  const COUNT = 40;
  let letRead = (): void => {};
  const mayRead = new Promise<void>((resolve) => (letRead = resolve));
  let bytes = 0;
  const { session } = await open(async (socket) => {
    await mayRead;
    for await (const message of socket) {
      bytes += message.length;
      if (bytes === COUNT * 65_536) socket.terminate();
    }
  });
  const client = new H2Client(session);
  await client.reply;
  for (let count = 0; count < COUNT; count++) client.stream.write(masked(2, new Uint8Array(65_536)));
  await until('the stream to be full', () => client.stream.writableLength > 65_536);
  letRead();
  await until('everything to be read', () => bytes === COUNT * 65_536);
  await until('the stream to be cut', () => client.stream.destroyed);
  assert.is(session.destroyed, false);
});

test('Chromium speaks it over the connection that brought the page, and over HTTP/1.1 else', async () => {
  const executablePath = places.find((place) => place !== undefined && existsSync(place));
  skipUnless(
    executablePath !== undefined,
    'no Chromium here: install Debian\'s "chromium", or name one by OXBOW_CHROMIUM',
  );
  const keys = { cert: pem('localhost-cert.pem'), key: pem('localhost-key.pem'), allowHTTP1: true };
  const http = createSecureServer(keys, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<title>page</title>');
  });
  const protocols: unknown[] = [];
  http.on('stream', (_stream, headers) => protocols.push(headers[':protocol']));
  const server = await serve(echo, { server: http, origins: '*', deflate: true });
  await listening(http);
  const { port } = http.address() as AddressInfo;
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--ignore-certificate-errors',
    '--disable-background-networking',
  ];
  const browser = await chromium.launch({ executablePath, args, timeout: 0 });
  try {
    const page = await browser.newPage({ ignoreHTTPSErrors: true });
    await page.goto(`https://localhost:${port}/`);
    const echoed = await page.evaluate(`new Promise((resolve, reject) => {
      const socket = new WebSocket('wss://localhost:${port}/');
      socket.onerror = () => reject(new Error('the socket failed'));
      socket.onopen = () => socket.send('from a page, '.repeat(1000));
      socket.onmessage = ({ data }) => { socket.close(); resolve([data.length, socket.extensions]); };
    })`);
    assert.is((echoed as [number, string])[0], 13_000);
    assert.match((echoed as [number, string])[1], /permessage-deflate/);
    assert.ok(protocols.includes('websocket'), `the page asked by ${JSON.stringify(protocols)}`);
  } finally {
    await browser.close();
  }
  const socket = await connect(server.url, { tls: { rejectUnauthorized: false } });
  await socket.send('by HTTP/1.1');
  for await (const message of socket) {
    assert.is(message, 'by HTTP/1.1');
    break;
  }
  await socket.close();
  await server.close();
  http.close();
});

test.run();
