// CPU time of `session.get(url).text()` for a small body over kept connections: the path everything else builds on.
// The server is a process of its own that answers fixed bytes, so the figures are the client's alone.
// Run: node bench/get-text.bench.ts [bodyBytes] [seconds]
import { fork } from 'node:child_process';
import { Session } from '@oxbow/http';

const bodyBytes = Number(process.argv[2] ?? 1024);
const seconds = Number(process.argv[3] ?? 5);
const CONNECTIONS = 50;
const SLICE_MS = 250;

const server = fork(new URL('./fixed-reply-server.ts', import.meta.url), [String(bodyBytes)]);
const port = await new Promise<number>((resolve) =>
  server.once('message', (message) => resolve(Number(message))),
);
const session = new Session({ limits: { perOrigin: CONNECTIONS } });
const url = `http://127.0.0.1:${port}/`;

/** CPU microseconds for each request, over one slice. */
async function slice(): Promise<number> {
  const endMs = performance.now() + SLICE_MS;
  const before = process.cpuUsage();
  let requests = 0;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (performance.now() < endMs) {
        await session.get(url).text();
        requests++;
      }
    }),
  );
  const { user, system } = process.cpuUsage(before);
  return (user + system) / requests;
}

for (let warm = 0; warm < 4; warm++) await slice();
const samples: number[] = [];
for (let i = 0; i < (seconds * 1000) / SLICE_MS; i++) samples.push(await slice());
samples.sort((a, b) => a - b);
const at = (quantile: number): string =>
  (samples[Math.floor(quantile * (samples.length - 1))] ?? 0).toFixed(1);

console.log(
  `node ${process.version}, ${bodyBytes} bytes, ${CONNECTIONS} connections, ${samples.length} slices of ${SLICE_MS} ms`,
);
console.log(`CPU per request: median ${at(0.5)} µs, quartiles ${at(0.25)} to ${at(0.75)} µs`);
console.log(`resident: ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`);
await session.close();
server.kill();
