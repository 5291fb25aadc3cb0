/** Bytes from another process over loopback: how long until the last has come, and how much processor time it takes. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Stream } from '@oxbow/stream';
import type { Workload } from '../../harness/workload.ts';
import { total } from './job.ts';

const FULL_BYTES = 2 ** 30;
const QUICK_BYTES = 2 ** 28;

type Consume = (socket: Socket) => Promise<number>;

const CONSUMERS: Readonly<Record<string, Consume>> = {
  data: async (socket) => {
    let bytes = 0;
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    await once(socket, 'end');
    return bytes;
  },
  'for-await': async (socket) => {
    let bytes = 0;
    for await (const chunk of socket) bytes += (chunk as Uint8Array).length;
    return bytes;
  },
  batches: async (socket) => {
    let bytes = 0;
    for await (const chunks of Stream.from<Uint8Array>(socket).batches()) {
      for (const chunk of chunks) bytes += chunk.length;
    }
    return bytes;
  },
  'for-each': async (socket) => {
    let bytes = 0;
    await Stream.from<Uint8Array>(socket).forEach((chunk) => {
      bytes += chunk.length;
    });
    return bytes;
  },
};

async function take(consume: Consume, quick: boolean, now: () => number): Promise<number> {
  const expected = quick ? QUICK_BYTES : FULL_BYTES;
  const sender = fork(new URL('./byte-sender.ts', import.meta.url), [String(expected)]);
  try {
    const [port] = (await once(sender, 'message')) as [number];
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const startMs = now();
    const bytes = await consume(socket);
    const takenMs = now() - startMs;
    if (bytes !== expected) throw new Error(`${bytes} of ${expected} bytes came`);
    total.value += bytes;
    return (takenMs * FULL_BYTES) / expected;
  } finally {
    sender.kill();
  }
}

const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
};

export const workloads: Readonly<Record<string, Workload>> = Object.fromEntries(
  Object.entries(CONSUMERS).flatMap(([name, consume]): [string, Workload][] => [
    [`${name}-wall`, { measure: (quick) => take(consume, quick, () => performance.now()) }],
    [`${name}-cpu`, { measure: (quick) => take(consume, quick, cpuMs) }],
  ]),
);
