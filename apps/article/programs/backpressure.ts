// A fast socket into a slow reader. With a Stream the gate closes, the socket is paused and the sender waits; with stock RxJS what the
// reader has not taken piles up in memory.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { sleep, until } from '@oxbow/loop';
import { Stream } from '@oxbow/stream';
import { concatMap, fromEvent, map, takeUntil, timer } from 'rxjs';

const CHUNK = Buffer.alloc(64 * 1024);
const READ_MS = 20;
const LOOKS = 5;
const LOOK_EVERY_MS = 200;

/** Sends as fast as the other side lets it. */
async function sendWithoutEnd(socket: Socket): Promise<void> {
  while (!socket.destroyed) if (!socket.write(CHUNK)) await once(socket, 'drain').catch(() => {});
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}

async function withStream(socket: Socket): Promise<void> {
  const numbered = Stream.from<Buffer>(socket).pipe(map((chunk) => chunk.length));
  let read = 0;
  const reading = numbered.forEach(async (bytes) => {
    await sleep(READ_MS);
    read += bytes;
  });
  reading.catch(() => {});
  for (let look = 0; look < LOOKS; look++) {
    await sleep(LOOK_EVERY_MS);
    console.log(
      `Stream: read ${mebibytes(read)}, received ${mebibytes(socket.bytesRead)}: ${numbered.why()}`,
    );
  }
  socket.destroy();
}

async function withRxjs(socket: Socket): Promise<void> {
  let read = 0;
  const reading = fromEvent(socket, 'data').pipe(
    map((chunk) => (chunk as Buffer).length),
    concatMap(async (bytes) => {
      await sleep(READ_MS);
      read += bytes;
    }),
    takeUntil(timer(LOOKS * LOOK_EVERY_MS)),
  );
  const subscription = reading.subscribe();
  for (let look = 0; look < LOOKS; look++) {
    await sleep(LOOK_EVERY_MS);
    console.log(
      `RxJS:   read ${mebibytes(read)}, received ${mebibytes(socket.bytesRead)}: nobody holds the sender back`,
    );
  }
  subscription.unsubscribe();
  socket.destroy();
}

export async function main(): Promise<void> {
  const server = createServer((socket) => void sendWithoutEnd(socket.on('error', () => {})));
  server.listen(0, '127.0.0.1');
  await until(once(server, 'listening'));
  const { port } = server.address() as AddressInfo;
  try {
    for (const reader of [withStream, withRxjs]) await reader(connect(port, '127.0.0.1'));
  } finally {
    server.close();
  }
}
