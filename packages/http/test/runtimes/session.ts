// What http must do on every runtime: run by `npm test -- --runtimes` under Bun and Deno, and under Node by hand.

import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { run, timeout } from '@oxbow/loop';
import { Session } from '../../src/index.ts';

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { url = '/' } = request;
  if (url === '/redirect') response.writeHead(302, { location: '/cookie', 'set-cookie': 'a=1' }).end();
  else if (url === '/cookie') response.end(request.headers.cookie ?? 'no cookie');
  else if (url === '/gzip') response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('unpacked'));
  else if (url === '/echo') request.pipe(response);
  else if (url !== '/never') response.writeHead(404).end();
}

const server = createServer(answer);
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

await run(async () => {
  const session = new Session({ cookies: true });
  try {
    assert.equal(await session.get(`${origin}/redirect`).text(), 'a=1');
    assert.equal(await session.get(`${origin}/gzip`).text(), 'unpacked');
    assert.equal(await session.post(`${origin}/echo`, { json: { word: 'sent' } }).text(), '{"word":"sent"}');
    const late = timeout(100, async () => session.get(`${origin}/never`));
    assert.equal(await late.then(String, String), 'TimeoutError: Timed out after 100 ms');
    assert.equal((await session.get(`${origin}/missing`)).status, 404);
  } finally {
    await session.close();
  }
});
server.closeAllConnections();
server.close();
console.log('Session: as on Node');
