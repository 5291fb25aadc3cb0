// covers: src/transport/http2-connection.ts, src/transport/http2-stream.ts, src/transport/negotiation.ts, src/transport/map-http2-error.ts
import { readFileSync } from 'node:fs';
import {
  createSecureServer,
  type Http2SecureServer,
  type IncomingHttpHeaders,
  type SecureServerOptions,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { run } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { type HttpError, Session, type SessionOptions, UndiciTransport } from '../../src/index.ts';
import { rejectionOf } from '../rejection.ts';
import { eventually } from './loopback.ts';

const test = suite('HTTP/2');

const cert = readFileSync(new URL('fixtures/localhost.crt', import.meta.url));
const key = readFileSync(new URL('fixtures/localhost.key', import.meta.url));

type Answer = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, count: number) => void;

interface Stage {
  readonly url: string;
  readonly session: Session;
  readonly transport: UndiciTransport;
  readonly server: Http2SecureServer;
  /** Sessions of the server, in the order of their connections. */
  readonly sessions: ServerHttp2Session[];
  /** Connections accepted. */
  readonly accepted: () => number;
}

/** A server, and a session that speaks HTTP/2 with it; nothing may be left open. */
function withServer(
  answer: Answer,
  body: (stage: Stage) => Promise<void>,
  options: SessionOptions = {},
  serverOptions: SecureServerOptions = {},
): () => Promise<void> {
  return async () => {
    const server = createSecureServer({ cert, key, ...serverOptions });
    const sessions: ServerHttp2Session[] = [];
    const sockets = new Set<Socket>();
    let accepted = 0;
    let count = 0;
    server.on('secureConnection', (socket) => {
      accepted++;
      sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
    });
    server.on('session', (session) => sessions.push(session.on('error', () => {})));
    server.on('stream', (stream, headers) => {
      stream.on('error', () => {});
      answer(stream, headers, ++count);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `https://localhost:${(server.address() as AddressInfo).port}`;
    const transport = new UndiciTransport({ http2: true, tls: { ca: cert } });
    const session = new Session({ transport, retry: { baseMs: 1, maxMs: 1 }, ...options });
    try {
      await body({ url, session, transport, server, sessions, accepted: () => accepted });
      await eventually(() => session.statistics().open === 0);
    } finally {
      await session.close();
      await transport.close();
      for (const one of sockets) one.destroy();
      await new Promise((resolve) => server.close(resolve));
    }
    assert.equal(transport.statistics(), { origins: 0, connections: 0, idle: 0 });
  };
}

const echo: Answer = (stream, headers) => {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('end', () => {
    stream.respond({ ':status': 200, 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] });
    stream.end(JSON.stringify({ ...headers, body: Buffer.concat(chunks).toString() }));
  });
};

test(
  'requests share one connection, and look as they do over HTTP/1.1',
  withServer(echo, async ({ session, url, accepted, transport }) => {
    const got = await Promise.all(
      Array.from({ length: 50 }, (_, i) => session.get(`${url}/${i}?q`).json<Record<string, string>>()),
    );
    assert.equal(
      got.map((one) => one[':path']),
      Array.from({ length: 50 }, (_, i) => `/${i}?q`),
    );
    assert.is(got[0]?.['user-agent'], 'oxbow-http');
    assert.is(got[0]?.[':authority'], url.slice('https://'.length));
    assert.is(accepted(), 1);
    const response = await session.post(`${url}/post`, {
      json: { a: 1 },
      headers: { 'X-Twice': ['1', '2'] },
    });
    assert.is(response.status, 200);
    assert.equal(response.headers.getSetCookie(), ['a=1', 'b=2']);
    const sent = await response.json<Record<string, string>>();
    assert.is(sent['body'], '{"a":1}');
    assert.is(sent['content-length'], '7');
    assert.is(sent['x-twice'], '1, 2');
    // The first one set them.
    assert.match(sent['cookie'] ?? '', 'a=1');
    assert.ok(response.attempts[0]?.reusedConnection);
    assert.equal(transport.statistics(), { origins: 1, connections: 1, idle: 1 });
  }),
);

test(
  'bodies are streamed both ways, and a reader that waits holds the server back',
  withServer(
    (stream) => {
      stream.respond({ ':status': 200 });
      stream.pipe(stream);
    },
    async ({ session, url }) => {
      let pulled = 0;
      const response = await session.post(url, {
        body: async function* () {
          for (; pulled < 200; pulled++) yield Buffer.alloc(64 * 1024, pulled);
        },
      });
      await new Promise((resolve) => setImmediate(resolve));
      assert.ok(pulled < 100, `${pulled} pieces were pulled`);
      let bytes = 0;
      for await (const piece of response.body) bytes += piece.length;
      assert.is(bytes, 200 * 64 * 1024);
    },
  ),
);

test('a server that declines gets HTTP/1.1, each request on a connection of its own, and is not asked again', async () => {
  let accepted = 0;
  const server = createHttpsServer({ cert, key }, (request, response) =>
    response.end(`HTTP/${request.httpVersion}`),
  );
  server.on('secureConnection', () => accepted++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  const session = new Session({ http2: true, tls: { ca: cert } });
  const all = await Promise.all(Array.from({ length: 5 }, () => session.get(url).text()));
  assert.equal(all, Array(5).fill('HTTP/1.1'));
  assert.is(accepted, 5);
  assert.is(await session.get(url).text(), 'HTTP/1.1');
  assert.is(accepted, 5);
  await session.close();
  await new Promise((resolve) => server.close(resolve));
});

test(
  'more requests than the server takes streams go on more connections',
  withServer(
    (stream) => {
      held.push(stream);
    },
    async ({ session, url, accepted }) => {
      const first = session.get(url).text();
      await eventually(() => held.length === 1);
      const rest = Array.from({ length: 5 }, () => session.get(url).text());
      await eventually(() => held.length === 6);
      assert.is(accepted(), 3);
      for (const stream of held.splice(0)) {
        stream.respond({ ':status': 200 });
        stream.end('ok');
      }
      assert.equal(await Promise.all([first, ...rest]), Array(6).fill('ok'));
    },
    {},
    { settings: { maxConcurrentStreams: 2 } },
  ),
);
const held: ServerHttp2Stream[] = [];

test(
  'GOAWAY: what the server did not begin on goes elsewhere, a POST too, and what it did begin on ends there',
  withServer(
    (stream, headers, count) => {
      if (count % 4 === 0) {
        // Everything after this one is refused.
        stream.session?.goaway(0, stream.id);
        stream.session?.close();
      }
      stream.respond({ ':status': 200 });
      stream.end(String(headers[':path']));
    },
    async ({ session, url, accepted }) => {
      for (let round = 0; round < 25; round++) {
        const all = Array.from({ length: 8 }, (_, i) =>
          session.request(i % 2 ? 'POST' : 'GET', `${url}/${i}`, i % 2 ? { body: 'x' } : {}).text(),
        );
        assert.equal(
          await Promise.all(all),
          Array.from({ length: 8 }, (_, i) => `/${i}`),
        );
      }
      assert.ok(accepted() > 25);
    },
    { retry: { baseMs: 1, maxMs: 1, maxAttempts: 20 } },
  ),
);

test(
  'REFUSED_STREAM is tried again for every method, once even without retries on a kept connection',
  withServer(
    (stream, _, count) => {
      if (count === 2) stream.close(7);
      else {
        stream.respond({ ':status': 200 });
        stream.end('ok');
      }
    },
    async ({ session, url }) => {
      await session.get(url).text();
      const response = await session.post(url, { body: 'x', retry: false });
      assert.is(await response.text(), 'ok');
      assert.equal(
        response.attempts.map(({ reason, error }) => [reason, (error as HttpError | undefined)?.code]),
        [
          ['first', 'ERR_OXBOW_HTTP_NOT_PROCESSED'],
          ['reconnect', undefined],
        ],
      );
    },
  ),
);

for (const [what, answer, code] of [
  ['a reset before the response', (stream) => stream.close(2), 'ERR_OXBOW_HTTP_CONNECTION_CLOSED'],
  [
    'a reset inside the body',
    (stream) => {
      stream.respond({ ':status': 200 });
      stream.write('part', () => void stream.destroy(new Error('broken')));
    },
    'ERR_OXBOW_HTTP_BODY_CUT_SHORT',
  ],
  [
    'a connection that breaks before the response',
    (stream) => void stream.session?.destroy(),
    'ERR_OXBOW_HTTP_CONNECTION_CLOSED',
  ],
  [
    'a connection that breaks inside the body',
    (stream) => {
      stream.respond({ ':status': 200 });
      stream.write('part', () => stream.session?.socket.destroy());
    },
    'ERR_OXBOW_HTTP_BODY_CUT_SHORT',
  ],
  [
    'too many informational responses',
    (stream) => {
      for (let i = 0; i < 40; i++) stream.additionalHeaders({ ':status': 103 });
      stream.respond({ ':status': 200 });
      stream.end();
    },
    'ERR_OXBOW_HTTP_TOO_MANY_INFORMATIONAL',
  ],
  [
    '257 fields',
    (stream) => {
      const fields = Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`x-${i}`, '1']));
      stream.respond({ ':status': 200, ...fields }, { endStream: true, sendDate: false } as never);
    },
    'ERR_OXBOW_HTTP_TOO_MANY_HEADERS',
  ],
  [
    '66 KiB of fields',
    (stream) => stream.respond({ ':status': 200, 'x-a': 'a'.repeat(66_000) }, { endStream: true }),
    'ERR_OXBOW_HTTP_HEADERS_TOO_LARGE',
  ],
  [
    '2,000 fields',
    (stream) => {
      const fields = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`x-${i}`, '1']));
      stream.respond({ ':status': 200, ...fields }, { endStream: true });
    },
    'ERR_OXBOW_HTTP_CONNECTION_CLOSED',
  ],
  ['a stall before the response', () => {}, 'ERR_OXBOW_HTTP_HEADERS_TIMEOUT'],
  [
    'a stall inside the body',
    (stream) => {
      stream.respond({ ':status': 200 });
      stream.write('part');
    },
    'ERR_OXBOW_HTTP_BODY_TIMEOUT',
  ],
  [
    'HTTP_1_1_REQUIRED from a server that then speaks none',
    (stream) => stream.close(13),
    'ERR_OXBOW_HTTP_TLS',
  ],
] as readonly (readonly [string, Answer, string])[]) {
  const timeouts =
    what === 'a stall before the response'
      ? { headersMs: 60 }
      : what === 'a stall inside the body'
        ? { bodyMs: 60 }
        : {};
  test(
    `${what}: ${code}`,
    withServer(
      answer,
      async ({ session, url }) => {
        const error = await rejectionOf(session.get(url).text());
        assert.is(error.code, code, error.message);
      },
      { retry: what.startsWith('HTTP_1_1') ? { baseMs: 1 } : false, timeouts },
      { maxSendHeaderBlockLength: 200_000 } as SecureServerOptions,
    ),
  );
}

test(
  'cancelling resets the stream alone; the connection serves the others',
  withServer(
    (stream, headers) => {
      if (headers[':path'] === '/hang') {
        hanging.push(stream);
        stream.respond({ ':status': 200 });
        stream.write('begun');
      } else {
        stream.respond({ ':status': 200 });
        stream.end('ok');
      }
    },
    async ({ session, url, accepted }) => {
      await run(async () => {
        const response = await session.get(`${url}/hang`);
        const reading = response.text();
        reading.cancel();
        assert.is((await rejectionOf(reading)).name, 'CancelledError');
      });
      await eventually(() => hanging[0]?.closed === true);
      assert.is(await session.get(url).text(), 'ok');
      assert.is(accepted(), 1);
    },
  ),
);
const hanging: ServerHttp2Stream[] = [];

test(
  'an upload of another length than announced, and one whose source fails, reset the stream',
  withServer(
    (stream) => {
      stream.resume();
      stream.on('end', () => {
        if (stream.destroyed) return;
        stream.respond({ ':status': 200 });
        stream.end('taken');
      });
    },
    async ({ session, url }) => {
      for (const contentLength of [3, 5]) {
        const body = (async function* () {
          yield Buffer.from('four');
        })();
        const error = await rejectionOf(session.post(url, { body, contentLength, retry: false }));
        assert.is(error.code, 'ERR_OXBOW_HTTP_LENGTH_MISMATCH');
      }
      const cause = new Error('disk is gone');
      const failing = async function* () {
        yield Buffer.from('a');
        throw cause;
      };
      const error = await rejectionOf(session.post(url, { body: failing }));
      assert.is(error.code, 'ERR_OXBOW_HTTP_UPLOAD_FAILED');
      assert.is(error.cause, cause);
      assert.is(await session.post(url, { body: 'four' }).text(), 'taken');
    },
  ),
);

test('a handshake that fails is told to all who wait, each with an error of its own; nothing is left', async () => {
  const transport = new UndiciTransport({ http2: true });
  const session = new Session({ transport, retry: false });
  const errors = await Promise.all(
    [1, 2, 3].map((i) => rejectionOf<HttpError>(session.get(`https://127.0.0.1:1/${i}`))),
  );
  assert.equal(
    errors.map((error) => [error.code, error.url]),
    [1, 2, 3].map((i) => ['ERR_OXBOW_HTTP_CONNECT', `https://127.0.0.1:1/${i}`]),
  );
  assert.equal(transport.statistics(), { origins: 0, connections: 0, idle: 0 });
  const never = new UndiciTransport({ http2: true, lookup: () => {} });
  const waiting = new Session({ transport: never });
  const requests = [1, 2].map((i) => waiting.get(`https://never.test/${i}`));
  await eventually(() => never.statistics().connections === 1);
  for (const request of requests) request.cancel();
  await Promise.allSettled(requests);
  assert.equal(never.statistics(), { origins: 0, connections: 0, idle: 0 });
  await session.close();
  await transport.close();
});

test(
  'closing the transport fails what waits and what is in flight, once each',
  withServer(
    (stream) => {
      stalled.push(stream);
    },
    async ({ session, url, transport }) => {
      const requests = [1, 2, 3, 4].map((i) => rejectionOf(session.get(`${url}/${i}`, { retry: false })));
      await eventually(() => stalled.length > 0);
      await transport.close();
      assert.equal(
        (await Promise.all(requests)).map(({ code }) => code),
        Array(4).fill('ERR_OXBOW_HTTP_SESSION_CLOSED'),
      );
    },
    {},
    { settings: { maxConcurrentStreams: 1 } },
  ),
);
const stalled: ServerHttp2Stream[] = [];

test('http2 is true or false', () => {
  assert.throws(() => new Session({ http2: 'yes' as never }), /http2 must be true or false, got yes/);
});

test.run();
