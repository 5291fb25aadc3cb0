import { assert, suite } from '@oxbow/testkit';
import { type HttpError, Session } from '../../src/index.ts';
import { loadOf } from '../load-of.ts';
import { rejectionOf } from '../rejection.ts';
import { eventually, rawServer } from './loopback.ts';

const test = suite('malformed replies');

/** What a session makes of a reply: the body, or the error; and that its connection and slot are gone afterwards. */
async function outcome(reply: string, close = true): Promise<string> {
  const server = await rawServer((socket) => {
    socket.write(Buffer.from(reply, 'latin1'));
    if (close) socket.end();
  });
  const session = new Session({ retry: false, timeouts: { headersMs: 1000, bodyMs: 1000 } });
  try {
    return await session.get(server.url).text();
  } catch (error) {
    assert.equal(loadOf(session), { active: 0, queued: 0, open: 0 });
    const { name, code } = error as HttpError;
    return `${name} ${code}`;
  } finally {
    await session.close();
    await eventually(() => server.sockets.size === 0);
    await server.close();
  }
}

const OK = 'HTTP/1.1 200 OK\r\n';
const BAD = 'ProtocolError ERR_OXBOW_HTTP_BAD_RESPONSE';
const CUT = 'ReadError ERR_OXBOW_HTTP_BODY_CUT_SHORT';
const CLOSED = 'ReadError ERR_OXBOW_HTTP_CONNECTION_CLOSED';

for (const [what, reply, expected] of [
  [
    'Content-Length beside Transfer-Encoding',
    `${OK}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    BAD,
  ],
  ['two different Content-Lengths', `${OK}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, BAD],
  ['a Content-Length that is no number', `${OK}Content-Length: 0x5\r\n\r\nhello`, BAD],
  ['a chunk size that is no number', `${OK}Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n`, BAD],
  ['a chunk longer than announced', `${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n`, BAD],
  ['chunks that stop early', `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhel`, CUT],
  ['a body shorter than announced', `${OK}Content-Length: 10\r\n\r\nhello`, CUT],
  ['bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok', BAD],
  ['a folded header', `${OK}X-A: 1\r\n 2\r\nContent-Length: 2\r\n\r\nok`, BAD],
  ['NUL in a header', `${OK}X-A: a\0b\r\nContent-Length: 2\r\n\r\nok`, BAD],
  ['a space before the colon', `${OK}X-A : 1\r\nContent-Length: 2\r\n\r\nok`, BAD],
  ['garbage', 'SSH-2.0-OpenSSH_9.6\r\n', BAD],
  ['nothing at all', '', CLOSED],
  ['half a status line', 'HTTP/1.1 20', CLOSED],
  ['headers that stop early', `${OK}Content-Le`, CLOSED],
  [
    'an unasked upgrade',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
    BAD,
  ],
  ['an unasked 100', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', 'ok'],
  [
    '33 unasked 100s',
    `${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(33)}${OK}Content-Length: 2\r\n\r\nok`,
    'ProtocolError ERR_OXBOW_HTTP_TOO_MANY_INFORMATIONAL',
  ],
  ['blanks after the Content-Length', `${OK}Content-Length: 2 \t \r\n\r\nok`, 'ok'],
  ['256 field lines', `${OK}${'X-A: 1\r\n'.repeat(255)}Content-Length: 2\r\n\r\nok`, 'ok'],
  [
    '257 field lines',
    `${OK}${'X-A: 1\r\n'.repeat(256)}Content-Length: 2\r\n\r\nok`,
    'HeadersTooLargeError ERR_OXBOW_HTTP_TOO_MANY_HEADERS',
  ],
  ['a policy of 60 KiB', `${OK}X-A: ${'a'.repeat(60_000)}\r\nContent-Length: 2\r\n\r\nok`, 'ok'],
  [
    '66 KiB of headers',
    `${OK}X-A: ${'a'.repeat(66_000)}\r\nContent-Length: 2\r\n\r\nok`,
    'HeadersTooLargeError ERR_OXBOW_HTTP_HEADERS_TOO_LARGE',
  ],
  [
    '32 early hints',
    `${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(32)}${OK}Content-Length: 2\r\n\r\nok`,
    'ok',
  ],
  [
    '33 early hints',
    `${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(33)}${OK}Content-Length: 2\r\n\r\nok`,
    'ProtocolError ERR_OXBOW_HTTP_TOO_MANY_INFORMATIONAL',
  ],
  ['a body that ends with the connection', `${OK}\r\nuntil the end`, 'until the end'],
  ['bytes after the body', `${OK}Content-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\nevil`, 'ok'],
] as const) {
  test(`${what}: ${expected}`, async () => {
    assert.is(await outcome(reply), expected);
  });
}

test('headers that never end are cut off at the limit, not buffered', async () => {
  let sent = 0;
  const server = await rawServer((socket) => {
    socket.write(OK);
    const more = () => {
      for (let i = 0; i < 100 && !socket.destroyed; i++) {
        sent += 100;
        if (!socket.write(`X-${'a'.repeat(95)}: 1\r\n`)) break;
      }
      if (!socket.destroyed) setImmediate(more);
    };
    more();
  });
  const session = new Session({ retry: false });
  assert.is((await rejectionOf(session.get(server.url))).code, 'ERR_OXBOW_HTTP_HEADERS_TOO_LARGE');
  await eventually(() => server.sockets.size === 0);
  assert.ok(sent < 50_000_000);
  await session.close();
  await server.close();
});

test('bytes left over from one response are never the answer to the next request', async () => {
  const server = await rawServer((socket, head) => {
    const path = head.split(' ')[1];
    const own = `${OK}Content-Length: ${path?.length}\r\n\r\n${path}`;
    socket.write(path === '/first' ? `${own}${OK}Content-Length: 6\r\n\r\npoison` : own);
  });
  const session = new Session();
  assert.is(await session.get(`${server.url}/first`).text(), '/first');
  assert.is(await session.get(`${server.url}/second`).text(), '/second');
  assert.is(await session.get(`${server.url}/third`).text(), '/third');
  await session.close();
  await server.close();
});

test('the same is an error for POST, which the server may have acted on', async () => {
  const server = await rawServer((socket, _, count) => {
    if (count === 2) socket.destroy();
    else socket.write(`${OK}Content-Length: 2\r\n\r\nok`);
  });
  const session = new Session();
  assert.is(await session.get(server.url).text(), 'ok');
  assert.is((await rejectionOf(session.post(server.url))).code, 'ERR_OXBOW_HTTP_CONNECTION_CLOSED');
  await session.close();
  await server.close();
});

test('a kept connection that was closed in between costs one more attempt and no error', async () => {
  const server = await rawServer((socket, _, count) => {
    // The second request is answered by closing: what a server does when its keep-alive timeout meets the request.
    if (count === 2) socket.destroy();
    else socket.write(`${OK}Content-Length: 2\r\n\r\nok`);
  });
  const session = new Session({ retry: false });
  assert.is(await session.get(server.url).text(), 'ok');
  const response = await session.get(server.url);
  assert.is(await response.text(), 'ok');
  assert.equal(
    response.attempts.map(({ reason, reusedConnection }) => [reason, reusedConnection]),
    [
      ['first', true],
      ['reconnect', false],
    ],
  );
  await session.close();
  await server.close();
});

test.run();
