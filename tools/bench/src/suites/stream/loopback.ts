/** Bytes from another process over loopback: how long until the last has come, and how much processor time it takes. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Stream } from '@oxbow/stream';
import type { Workload } from '../../harness/workload.ts';
import { total } from './job.ts';

const FULL_BYTES = 2 ** 30;
const QUICK_BYTES = 2 ** 28;
/** Moved before anything is measured: the compiler has seen the code by then. */
const WARM_UP_BYTES = 2 ** 26;

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

const warm = new Set<Consume>();

async function take(consume: Consume, quick: boolean, now: () => number): Promise<number> {
  if (!warm.has(consume)) {
    warm.add(consume);
    await move(WARM_UP_BYTES, consume, now);
  }
  const bytes = quick ? QUICK_BYTES : FULL_BYTES;
  return ((await move(bytes, consume, now)) * FULL_BYTES) / bytes;
}

/** Resolves to the milliseconds it takes. */
async function move(expected: number, consume: Consume, now: () => number): Promise<number> {
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
    return takenMs;
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
