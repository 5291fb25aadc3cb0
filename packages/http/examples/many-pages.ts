// Fetches a thousand pages, twenty at a time, pulling URLs only when there is room.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Session } from '@oxbow/http';

let open = 0;
let most = 0;
const server = createServer((request, response) => {
  most = Math.max(most, ++open);
  setImmediate(() => {
    open--;
    response.end(`page ${request.url}`);
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;

function* urls(): Generator<string> {
  for (let i = 0; i < 1000; i++) yield `http://127.0.0.1:${port}/${i}`;
}

const session = new Session({ limits: { perOrigin: 20 } });
let pages = 0;
let bytes = 0;
try {
  for await (const response of session.map(urls(), { concurrency: 20 })) {
    bytes += (await response.text()).length;
    pages++;
  }
  console.log(`${pages} pages, ${bytes} bytes, never more than 20 at once: ${most <= 20}`);
} finally {
  await session.close();
  server.close();
}
