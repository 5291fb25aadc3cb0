/** Servers under load from another process: processor time a message, and memory of idle connections. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Workload } from '../../harness/workload.ts';
import type { Load } from './load.ts';
import { type StartServer, servers } from './servers.ts';

const WARM_UP_MS = 400;
const FULL_MS = 600;
const QUICK_MS = 250;
/** Until what a garbage collection has freed is given back. */
const SETTLE_MS = 100;
const SETTLINGS = 4;
const QUICK_CONNECTIONS = 1_000;
const WARM_UP_CONNECTIONS = 1_000;

/** A load, and what is counted of it. */
interface Case extends Load {
  readonly keepsContext?: boolean;
}

/** Cases of load. */
const LOADS: Readonly<Record<string, Case>> = {
  'ping-pong': { connections: 100, inFlight: 1, payloadBytes: 64 },
  pipelined: { connections: 100, inFlight: 32, payloadBytes: 64 },
  large: { connections: 50, inFlight: 1, payloadBytes: 16_384 },
  broadcast: { connections: 1_000, inFlight: 1, payloadBytes: 64, kind: 'broadcast' },
  'broadcast-8': { connections: 1_000, inFlight: 8, payloadBytes: 64, kind: 'broadcast' },
  deflate: { connections: 50, inFlight: 1, payloadBytes: 4_096, deflate: true },
  'deflate-takeover': {
    connections: 50,
    inFlight: 1,
    payloadBytes: 4_096,
    deflate: true,
    keepsContext: true,
  },
  'fragments-1': { connections: 1, inFlight: 1, payloadBytes: 1_000_000 },
  'fragments-100000': { connections: 1, inFlight: 1, payloadBytes: 1_000_000, fragments: 100_000 },
};

const IDLE_LOADS: Readonly<Record<string, Case>> = {
  idle: { connections: 5_000, inFlight: 1, payloadBytes: 64 },
  'idle-deflate': { connections: 1_000, inFlight: 1, payloadBytes: 4_096, deflate: true },
};

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const cpuUs = (): number => {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return user + system;
};

function optionsOf({ kind, deflate = false, keepsContext = false }: Case): Parameters<StartServer>[0] {
  return {
    isBroadcast: kind === 'broadcast',
    deflate: deflate ? (keepsContext ? 'takeover' : 'forgets') : 'none',
  };
}

function startLoad(what: string, port: number, load: Load): ChildProcess {
  return fork(new URL('./load.ts', import.meta.url), [what, String(port), JSON.stringify(load)]);
}

/** Microseconds of the main thread for each message that a connection gets. */
async function usPerMessage(start: StartServer, load: Case, quick: boolean): Promise<number> {
  const server = await start(optionsOf(load));
  const isBroadcast = load.kind === 'broadcast';
  const client = startLoad(isBroadcast ? 'broadcast' : 'echo', server.port, load);
  try {
    while (server.taken() === 0) await wait(10);
    await wait(WARM_UP_MS);
    const [before, startUs] = [server.taken(), cpuUs()];
    await wait(quick ? QUICK_MS : FULL_MS);
    while (server.taken() === before) await wait(10);
    const messages = (server.taken() - before) * (isBroadcast ? load.connections : 1);
    return (cpuUs() - startUs) / messages;
  } finally {
    client.kill();
    await server.close();
  }
}

/** How much the resident memory of this process grows for each connection, in KiB. */
async function kibPerConnection(start: StartServer, load: Case, quick: boolean): Promise<number> {
  const server = await start(optionsOf(load));
  // What a server in use has anyway is not a connection's: compiled code, and the young generation of the heap, which is
  // as large as it was ever needed and is touched from one end to the other.
  await idle(server.port, { ...load, connections: WARM_UP_CONNECTIONS }, 'leave');
  const before = await residentBytes();
  const connections = quick ? QUICK_CONNECTIONS : load.connections;
  const client = await idle(server.port, { ...load, connections }, 'stay');
  const after = await residentBytes();
  client.kill();
  await server.close();
  return (after - before) / connections / 1_024;
}

async function idle(port: number, load: Load, then: 'leave' | 'stay'): Promise<ChildProcess> {
  const client = startLoad('idle', port, load);
  await once(client, 'message');
  if (then === 'leave') {
    client.kill();
    await once(client, 'exit');
  }
  return client;
}

async function residentBytes(): Promise<number> {
  for (let i = 0; i < SETTLINGS; i += 1) {
    globalThis.gc?.();
    await wait(SETTLE_MS);
  }
  return process.memoryUsage.rss();
}

type Measure = (start: StartServer, load: Case, quick: boolean) => Promise<number>;

const workloadsOf = (loads: Readonly<Record<string, Case>>, measure: Measure): [string, Workload][] =>
  Object.entries(servers).flatMap(([name, start]) =>
    Object.entries(loads).map(([loadName, load]): [string, Workload] => {
      const given =
        name === 'socket.io' && load.kind === undefined ? { ...load, kind: 'socket.io' as const } : load;
      return [`${name}-${loadName}`, { measure: (quick) => measure(start, given, quick) }];
    }),
  );

export const workloads: Readonly<Record<string, Workload>> = Object.fromEntries([
  ...workloadsOf(LOADS, usPerMessage),
  ...workloadsOf(IDLE_LOADS, kibPerConnection),
]);
