/** What a text costs between two processes that share a room: the time until it arrives, and the time of the Redis between them. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { redisBroker } from '@oxbow/redis/topics';
import type { Workload } from '../../harness/workload.ts';
import { ROOMS, type Room } from './rooms.ts';
import { ThrowawayServer } from './throwaway-server.ts';

const TEXT_BYTES = 100;
/** At a pace that leaves the server idle most of the time: a wait is a way, not a queue. */
const PACE = { perTick: 5, tickMs: 10 };
const CAUGHT_UP_MESSAGES = 100_000;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Pair {
  readonly server: ThrowawayServer;
  readonly room: Room;
  /** How long each text took since the last call, in µs. */
  readonly waitsUs: () => Promise<readonly number[]>;
  close(): Promise<void>;
}

async function pairOf(kind: string): Promise<Pair> {
  const server = await ThrowawayServer.start();
  const room = await ROOMS[kind]!(server.url);
  const listener: ChildProcess = fork(new URL('./room-listener.ts', import.meta.url), [kind, server.url]);
  await once(listener, 'message');
  return {
    server,
    room,
    waitsUs: async () => {
      listener.send('report');
      return ((await once(listener, 'message')) as [number[]])[0];
    },
    close: async () => {
      listener.kill('SIGKILL');
      await room.close();
      server.stop();
    },
  };
}

async function talk({ room }: Pair, forMs: number): Promise<number> {
  const filler = 'x'.repeat(TEXT_BYTES - 20);
  let published = 0;
  for (const endMs = performance.now() + forMs; performance.now() < endMs; ) {
    const texts = Array.from({ length: PACE.perTick }, () => `${process.hrtime.bigint()} ${filler}`);
    await Promise.all(texts.map((text) => room.publish(text)));
    published += texts.length;
    await wait(PACE.tickMs);
  }
  return published;
}

async function measured(kind: string, quick: boolean): Promise<{ medianUs: number; serverUs: number }> {
  const pair = await pairOf(kind);
  try {
    await talk(pair, 500);
    await pair.waitsUs();
    const beforeUs = await pair.server.cpuUs();
    const published = await talk(pair, quick ? 800 : 3000);
    await wait(300);
    const serverUs = ((await pair.server.cpuUs()) - beforeUs) / published;
    const waits = [...(await pair.waitsUs())].sort((a, b) => a - b);
    if (waits.length < published) throw new Error(`${waits.length} of ${published} texts arrived`);
    return { medianUs: waits[Math.floor(waits.length / 2)]!, serverUs };
  } finally {
    await pair.close();
  }
}

/** From a process that was away to the last of what it missed, in ms. */
async function catchUpMs(): Promise<number> {
  const server = await ThrowawayServer.start();
  const broker = redisBroker(server.url, {
    historyMessages: CAUGHT_UP_MESSAGES,
    historyBytes: 64 * 2 ** 20,
  });
  try {
    const text = 'x'.repeat(TEXT_BYTES);
    const first = await broker.publish('room', text);
    for (let sent = 0; sent < CAUGHT_UP_MESSAGES; sent += 5000) {
      await Promise.all(Array.from({ length: 5000 }, () => broker.publish('room', text)));
    }
    const startMs = performance.now();
    const { messages, isComplete } = await broker.history('room', { since: first });
    const tookMs = performance.now() - startMs;
    if (messages.length !== CAUGHT_UP_MESSAGES || !isComplete) throw new Error('something is missing');
    return tookMs;
  } finally {
    await broker.close();
    server.stop();
  }
}

export const workloads: Readonly<Record<string, Workload>> = {
  ...Object.fromEntries(
    Object.keys(ROOMS).flatMap((kind): [string, Workload][] => [
      [`way-${kind}`, { measure: async (quick) => (await measured(kind, quick)).medianUs }],
      [`server-${kind}`, { measure: async (quick) => (await measured(kind, quick)).serverUs }],
    ]),
  ),
  'catch-up': { measure: catchUpMs },
};
