import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { assert, suite } from '@oxbow/testkit';
import { connect, serve } from '../../src/index.ts';

const pem = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url));

const test = suite('over TLS');

test('echoes, under backpressure too, on an https server', async () => {
  const cert = pem('localhost-cert.pem');
  const https = createServer({ cert, key: pem('localhost-key.pem') });
  await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve));
  const server = await serve(
    async (socket) => {
      for await (const message of socket) await socket.send(message);
    },
    { server: https },
  );
  assert.match(server.url, /^wss:/);
  const untrusted = await connect(server.url).then(
    () => 'open',
    (error: unknown) => (error as { code: string }).code,
  );
  assert.is(untrusted, 'ERR_OXBOW_WS_CONNECT');

  const socket = await connect(server.url, { tls: { ca: cert }, maxBufferedBytes: 200_000 });
  const count = 300;
  const sending = (async () => {
    for (let i = 0; i < count; i += 1)
      await socket.send(new Uint8Array(i % 3 === 0 ? 50_000 : 500).fill(i & 255));
  })();
  let received = 0;
  for await (const message of socket) {
    const bytes = message as Uint8Array;
    assert.is(bytes.length, received % 3 === 0 ? 50_000 : 500);
    assert.ok(bytes.every((byte) => byte === (received & 255)));
    received += 1;
    if (received === count) break;
  }
  await sending;
  assert.is((await socket.close()).wasClean, true);
  await server.close();
  https.close();
});

test.run();
