/** Echo servers, loaded from another process: microseconds of the server's main thread a message. */
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type SocketHandler, serve } from '@oxbow/websocket';
import { WebSocketServer } from 'ws';
import type { Workload } from '../../harness/workload.ts';

const WARM_UP_MS = 400;
const FULL_MS = 600;
const QUICK_MS = 250;

/** Cases of load: connections, messages on their way on each, bytes a message. */
const LOADS: Readonly<Record<string, readonly [number, number, number]>> = {
  'ping-pong': [100, 1, 64],
  pipelined: [100, 32, 64],
  large: [50, 1, 16_384],
};

interface EchoServer {
  readonly port: number;
  readonly echoed: () => number;
  close(): unknown;
}

async function ours(handlerOf: (count: () => void) => SocketHandler): Promise<EchoServer> {
  let echoed = 0;
  const handler = handlerOf(() => {
    echoed++;
  });
  const server = await serve(handler, { port: 0, host: '127.0.0.1' });
  return { port: server.port, echoed: () => echoed, close: () => server.close() };
}

const SERVERS: Readonly<Record<string, () => Promise<EchoServer>>> = {
  'for-await': () =>
    ours((count) => async (socket) => {
      for await (const message of socket) {
        count();
        await socket.send(message);
      }
    }),
  subscribe: () =>
    ours((count) => (socket) => {
      socket.subscribe((message) => {
        count();
        socket.trySend(message);
      });
    }),
  ws: async () => {
    let echoed = 0;
    const http = createServer();
    const server = new WebSocketServer({ server: http, perMessageDeflate: false });
    server.on('connection', (socket) => {
      socket.on('error', () => {});
      socket.on('message', (message, isBinary) => {
        echoed++;
        socket.send(message, { binary: isBinary });
      });
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const close = (): void => {
      for (const socket of server.clients) socket.terminate();
      http.close();
    };
    return { port: (http.address() as AddressInfo).port, echoed: () => echoed, close };
  },
};

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const cpuUs = (): number => {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return user + system;
};

async function usPerMessage(
  start: () => Promise<EchoServer>,
  load: readonly number[],
  quick: boolean,
): Promise<number> {
  const server = await start();
  const client = fork(new URL('./echo-load.ts', import.meta.url), [server.port, ...load].map(String));
  try {
    while (server.echoed() === 0) await wait(10);
    await wait(WARM_UP_MS);
    const [before, startUs] = [server.echoed(), cpuUs()];
    await wait(quick ? QUICK_MS : FULL_MS);
    return (cpuUs() - startUs) / (server.echoed() - before);
  } finally {
    client.kill();
    await server.close();
  }
}

export const workloads: Readonly<Record<string, Workload>> = Object.fromEntries(
  Object.entries(SERVERS).flatMap(([name, start]) =>
    Object.entries(LOADS).map(([loadName, load]): [string, Workload] => [
      `${name}-${loadName}`,
      { measure: (quick) => usPerMessage(start, load, quick) },
    ]),
  ),
);
