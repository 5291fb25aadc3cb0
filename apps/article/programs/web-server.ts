// A thousand slow requests at once in one process: blocking, they stand in line; waiting, they share the time. A client that leaves
// cancels the handler that works for it.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Session } from '@oxbow/http';
import { createTask, Event, gather, sleep } from '@oxbow/loop';

const REQUESTS = 1000;
const started = new Event();
const cleanedUp = new Event();

/** Holds the only thread: nobody else gets a turn. */
function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

async function handle(path: string): Promise<string> {
  if (path === '/blocking') block(5);
  if (path === '/waiting') await sleep(5);
  if (path === '/long') {
    try {
      started.set();
      await sleep(60_000);
    } finally {
      cleanedUp.set();
    }
  }
  return 'done';
}

/** One task for each request, cancelled when its client goes. */
function serveBy(path: string, response: ServerResponse): void {
  const task = createTask(async () => void response.end(await handle(path)), { name: path });
  task.addDoneCallback(() => {
    if (task.cancelled) console.log(`${path}: the client has left, its handler is cancelled`);
  });
  response.once('close', () => task.cancel('the client has left'));
}

export async function main(): Promise<void> {
  const server = createServer((request, response) => serveBy(request.url ?? '/', response));
  await new Promise<void>((resolve) =>
    server.listen({ port: 0, host: '127.0.0.1', backlog: REQUESTS }, resolve),
  );
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const session = new Session({ baseUrl, limits: { perOrigin: REQUESTS, total: REQUESTS } });
  try {
    const all = (path: string) => gather(Array.from({ length: REQUESTS }, () => session.get(path).text()));
    await all('/waiting'); // opens the connections, which is not what is measured
    for (const path of ['/waiting', '/blocking']) {
      const begun = performance.now();
      await all(path);
      console.log(`${REQUESTS} × ${path}: ${Math.round(performance.now() - begun)} ms`);
    }
    const impatient = createTask(() => session.get('/long').text());
    await started.wait();
    impatient.cancel();
    await cleanedUp.wait();
  } finally {
    await session.close();
    server.close();
    server.closeAllConnections();
  }
}
