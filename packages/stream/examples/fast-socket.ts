// A server that writes as fast as it may, a client that takes a turn for every chunk: how far do they drift apart?
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { Stream, tap } from '@oxbow/stream';
import { map } from 'rxjs';

const TOTAL_BYTES = 64 * 1024 * 1024;

const server = createServer((socket) => {
  const chunk = new Uint8Array(64 * 1024);
  let left = TOTAL_BYTES;
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
let mostKiB = 0;
const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
const sizes = Stream.from<Uint8Array>(socket).pipe(
  tap((chunk: Uint8Array) => {
    entered += chunk.byteLength;
    mostKiB = Math.max(mostKiB, (entered - seen) / 1024);
  }),
  map((chunk) => chunk.byteLength),
);
for await (const bytes of sizes.values({ highWaterMark: 1 })) {
  await turn();
  seen += bytes;
}
server.close();
console.log(`${seen / 1024 / 1024} MiB read; never more than ${mostKiB} KiB ahead of the reader`);
