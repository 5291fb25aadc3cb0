/**
 * 10 GiB over TCP into a consumer that takes 1 ms for every chunk: the lag stays within one buffer, and the process does
 * not grow. Run: `node test/soak/tcp.soak.ts [GiB]`.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Stream, tap } from '@oxbow/stream';
import { map } from 'rxjs';

const GIB = 1024 ** 3;
const totalBytes = Number(process.argv[2] ?? 10) * GIB;
const MAX_LAG_BYTES = 256 * 1024;
const MAX_GROWTH_BYTES = 64 * 1024 * 1024;

const server = createServer((socket) => {
  const chunk = new Uint8Array(64 * 1024);
  let left = totalBytes;
  const write = (): void => {
    while (left > 0) {
      left -= chunk.byteLength;
      if (!socket.write(chunk)) return;
    }
    socket.end();
  };
  socket.on('drain', write);
  write();
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');

let entered = 0;
let seen = 0;
let lag = 0;
const startBytes = process.memoryUsage().rss;
let mostBytes = startBytes;
const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
const chunks = Stream.from<Uint8Array>(socket).pipe(
  tap((chunk: Uint8Array) => {
    entered += chunk.byteLength;
    lag = Math.max(lag, entered - seen);
  }),
  map((chunk) => chunk.byteLength),
);
for await (const bytes of chunks.values({ highWaterMark: 1 })) {
  await wait(1);
  seen += bytes;
  mostBytes = Math.max(mostBytes, process.memoryUsage().rss);
}
server.close();
const grownBytes = mostBytes - startBytes;
console.log(
  `${(seen / GIB).toFixed(2)} GiB, lag ${lag / 1024} KiB, grown by ${(grownBytes / 1024 ** 2).toFixed(0)} MiB`,
);
if (seen !== totalBytes || lag > MAX_LAG_BYTES || grownBytes > MAX_GROWTH_BYTES) process.exitCode = 1;
