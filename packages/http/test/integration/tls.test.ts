// covers: src/transport/connector.ts, src/transport/socket-dialing.ts
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { assert, suite } from '@oxbow/testkit';
import { Session, type TlsError } from '../../src/index.ts';
import { rejectionOf } from '../rejection.ts';

const test = suite('TLS');

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url));

async function secureServer(name: string) {
  const server = createServer({ key: fixture(`${name}.key`), cert: fixture(`${name}.crt`) }, (_, response) =>
    response.end('secret'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { port, close: () => new Promise((resolve) => server.close(resolve)) };
}

test('a certificate nobody vouches for is a TlsError, which is not tried again', async () => {
  const server = await secureServer('localhost');
  const session = new Session();
  const error = await rejectionOf<TlsError>(session.get(`https://localhost:${server.port}/`));
  assert.is(error.name, 'TlsError');
  assert.is(error.code, 'ERR_OXBOW_HTTP_TLS');
  assert.is(error.attempts.length, 1);
  await session.close();
  await server.close();
});

test('with its authority named the connection is made, and its handshake is timed', async () => {
  const server = await secureServer('localhost');
  const session = new Session({ tls: { ca: fixture('localhost.crt') } });
  const response = await session.get(`https://localhost:${server.port}/`);
  assert.is(await response.text(), 'secret');
  assert.ok(response.timings.tlsMs > 0);
  assert.is(await session.get(`https://127.0.0.1:${server.port}/`).text(), 'secret');
  await session.close();
  await server.close();
});

test("another host's certificate is a TlsError, even from a known authority", async () => {
  const server = await secureServer('other');
  const session = new Session({ tls: { ca: fixture('other.crt') } });
  assert.is((await rejectionOf(session.get(`https://localhost:${server.port}/`))).code, 'ERR_OXBOW_HTTP_TLS');
  await session.close();
  await server.close();
});

test('a peer that does not speak TLS is a TlsError', async () => {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const session = new Session({ retry: false });
  const error = await rejectionOf(
    session.get(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`),
  );
  assert.is(error.code, 'ERR_OXBOW_HTTP_TLS');
  await session.close();
  await new Promise((resolve) => server.close(resolve));
});

test.run();
