/**
 * Gibibytes over TCP into a consumer that takes 1 ms for every chunk, by `for await` and by `mapAsync`: the lag stays within
 * one buffer, and the process does not grow. Run: `node test/soak/tcp.soak.ts [GiB, default 10] [for-await | mapAsync]`.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { mapAsync, Stream, tap } from '@oxbow/stream';
import { map } from 'rxjs';

const GIB = 1024 ** 3;
const MAX_LAG_BYTES = 256 * 1024;
const MAX_GROWTH_BYTES = 64 * 1024 * 1024;

type Sizes = Stream<number>;
type Consume = (chunks: Sizes, seen: (bytes: number) => void) => Promise<void>;

const CONSUMERS: Readonly<Record<string, Consume>> = {
  'for-await': async (chunks, seen) => {
    for await (const bytes of chunks.values({ highWaterMark: 1 })) {
      await wait(1);
      seen(bytes);
    }
  },
  mapAsync: (chunks, seen) => {
    const slowly = async (bytes: number): Promise<number> => {
      await wait(1);
      return bytes;
    };
    return chunks.pipe(mapAsync(slowly)).forEach(seen);
  },
};

const totalBytes = Number(process.argv[2] ?? 10) * GIB;
const chosen = process.argv[3];

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
const { port } = server.address() as AddressInfo;

async function soak(name: string, consume: Consume): Promise<void> {
  let entered = 0;
  let seen = 0;
  let lag = 0;
  const startMs = performance.now();
  const startBytes = process.memoryUsage.rss();
  let mostBytes = startBytes;
  const chunks = Stream.from<Uint8Array>(connect(port, '127.0.0.1')).pipe(
    tap((chunk: Uint8Array) => {
      entered += chunk.byteLength;
      lag = Math.max(lag, entered - seen);
    }),
    map((chunk) => chunk.byteLength),
  );
  await consume(chunks, (bytes) => {
    seen += bytes;
    mostBytes = Math.max(mostBytes, process.memoryUsage.rss());
  });
  const grownBytes = mostBytes - startBytes;
  console.log(
    `${name}: ${(seen / GIB).toFixed(2)} GiB in ${((performance.now() - startMs) / 1000).toFixed(0)} s, ` +
      `lag ${(lag / 1024).toFixed(0)} KiB, grown by ${(grownBytes / 1024 ** 2).toFixed(0)} MiB`,
  );
  if (seen !== totalBytes || lag > MAX_LAG_BYTES || grownBytes > MAX_GROWTH_BYTES) process.exitCode = 1;
}

for (const [name, consume] of Object.entries(CONSUMERS)) {
  if (chosen === undefined || chosen === name) await soak(name, consume);
}
server.close();
