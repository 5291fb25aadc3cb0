// How long a TCP round trip takes while tasks never stop: what the loop's time slice is for.
import { createConnection, createServer } from 'node:net';
import { checkpoint, createTask, run } from '@oxbow/loop';

const ROUND_TRIPS = 200;
const SPINNERS = 2;

const server = createServer((socket) => socket.pipe(socket));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as { port: number };

function roundTrips(): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const client = createConnection(port, '127.0.0.1');
    const taken: number[] = [];
    let sentMs = 0;
    const send = (): void => {
      sentMs = performance.now();
      client.write('x');
    };
    client.setNoDelay(true).on('connect', send).on('error', reject);
    client.on('data', () => {
      taken.push(performance.now() - sentMs);
      if (taken.length < ROUND_TRIPS) send();
      else {
        client.destroy();
        resolve(taken.sort((a, b) => a - b));
      }
    });
  });
}

const at = (sorted: readonly number[], share: number): string =>
  `${sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toFixed(2)} ms`;

for (const [name, spinner] of [
  ['idle', undefined],
  [
    'generator tasks that never stop',
    function* () {
      for (;;) yield* checkpoint();
    },
  ],
  [
    'async tasks that never stop',
    async () => {
      for (;;) await checkpoint();
    },
  ],
] as const) {
  await run(async () => {
    for (let count = 0; spinner !== undefined && count < SPINNERS; count++)
      createTask(spinner as () => unknown);
    const taken = await roundTrips();
    console.log(
      `${name.padEnd(34)} p50 ${at(taken, 0.5)}  p99 ${at(taken, 0.99)}  (${ROUND_TRIPS} round trips)`,
    );
  });
}
server.close();
