/**
 * Ten thousand connections at once, from four addresses of this machine, held while messages go to all of them; then they
 * leave together. Run: `node test/soak/connections.soak.ts [connections, default 10000] [rounds, default 10]`.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { serve } from '@oxbow/websocket';

const CLIENTS = fileURLToPath(new URL('../fixtures/many-clients.ts', import.meta.url));
const PROCESSES = 4;
const KIB = 1_024;

const connections = Number(process.argv[2] ?? 10_000);
const rounds = Number(process.argv[3] ?? 10);

const server = await serve(
  async (socket) => {
    await socket.join('all');
    await socket.closed;
  },
  { maxConnections: connections },
);
const rssBytes = (): number => process.memoryUsage.rss();
const before = rssBytes();
const startMs = performance.now();
const clients = Array.from({ length: PROCESSES }, () =>
  fork(CLIENTS, [server.port, connections / PROCESSES, 0].map(String)),
);
await Promise.all(clients.map((client) => once(client, 'message')));
const openedMs = performance.now() - startMs;
while (server.topic('all').followers < connections) await wait(10);
const perConnection = (rssBytes() - before) / connections / KIB;
const refused = Object.values(server.statistics().refused).reduce((sum, count) => sum + count, 0);

let slowestMs = 0;
for (let round = 0; round < rounds; round += 1) {
  const publishedMs = performance.now();
  await server.topic('all').publish('x'.repeat(100));
  while ([...server.connections].some(({ bufferedBytes }) => bufferedBytes > 0)) await wait(1);
  slowestMs = Math.max(slowestMs, performance.now() - publishedMs);
}
const held = server.connections.size;
for (const client of clients) client.kill('SIGKILL');
while (server.connections.size > 0) await wait(10);
await server.close();

const isSound = held === connections && refused === 0;
console.log(
  `${held} of ${connections} connections held, ${refused} refused, opened in ${(openedMs / 1_000).toFixed(1)} s, ` +
    `${perConnection.toFixed(1)} KiB each; ${rounds} messages to all, the slowest handed on in ${slowestMs.toFixed(0)} ms: ` +
    (isSound ? 'sound' : 'NOT sound'),
);
process.exitCode = isSound ? 0 : 1;
