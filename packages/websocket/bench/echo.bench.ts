/**
 * Echo over real sockets: how many messages a second the server handles, and for how much processor time. The load comes
 * from a process of its own, which sends frames that were masked beforehand and counts the bytes that come back.
 * Run: node bench/echo.bench.ts [seconds]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type SocketHandler, serve } from '@oxbow/websocket';

interface Load {
  readonly port: number;
  readonly connections: number;
  readonly inFlight: number;
  readonly payloadBytes: number;
}

const WARM_UP_MS = 500;
const HANDLERS: Readonly<Record<string, SocketHandler>> = {
  'for await': async (socket) => {
    for await (const message of socket) await socket.send(message);
  },
  subscribe: (socket) => {
    socket.subscribe((message) => {
      socket.trySend(message);
    });
  },
};
const CASES = [
  { name: '64 B, 1 in flight', connections: 50, inFlight: 1, payloadBytes: 64 },
  { name: '64 B, 32 in flight', connections: 50, inFlight: 32, payloadBytes: 64 },
  { name: '16 KiB, 1 in flight', connections: 50, inFlight: 1, payloadBytes: 16_384 },
];

if (process.send === undefined) await measure(Number(process.argv[2] ?? 2));
else process.on('message', (load: Load) => run(load));

async function measure(seconds: number): Promise<void> {
  for (const [handlerName, handler] of Object.entries(HANDLERS)) {
    for (const { name, ...load } of CASES) {
      const server = await serve(handler, { port: 0 });
      const child = fork(fileURLToPath(import.meta.url));
      child.send({ ...load, port: server.port });
      await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
      const [before, cpu] = [await count(child), process.cpuUsage()];
      await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
      const [after, spent] = [await count(child), process.cpuUsage(cpu)];
      child.kill();
      await server.close();
      const messages = after.messages - before.messages;
      const perSecond = (1_000 * messages) / (after.atMs - before.atMs);
      const perCpuSecond = (1e6 * messages) / (spent.user + spent.system);
      const cells = [handlerName.padEnd(10), name.padEnd(20), perSecond.toFixed(0).padStart(9)];
      console.log(`${cells.join('  ')} messages/s  ${perCpuSecond.toFixed(0).padStart(9)} messages/CPU-s`);
    }
  }
}

async function count(child: ReturnType<typeof fork>): Promise<{ messages: number; atMs: number }> {
  child.send({ port: 0 });
  const [answer] = await once(child, 'message');
  return answer as { messages: number; atMs: number };
}

let messages = 0;

function run({ port, connections, inFlight, payloadBytes }: Load): void {
  if (port === 0) {
    process.send?.({ messages, atMs: performance.timeOrigin + performance.now() });
    return;
  }
  const headerBytes = payloadBytes < 126 ? 2 : 4;
  const frame = Buffer.alloc(headerBytes + 4 + payloadBytes);
  frame[0] = 0x82;
  frame[1] = 0x80 | (payloadBytes < 126 ? payloadBytes : 126);
  if (payloadBytes >= 126) frame.writeUInt16BE(payloadBytes, 2);
  const batch = Buffer.concat(Array.from({ length: inFlight }, () => frame));
  const batchReplyBytes = inFlight * (headerBytes + payloadBytes);
  for (let i = 0; i < connections; i += 1) {
    const socket = connect(port, '127.0.0.1');
    let received = 0;
    let isUp = false;
    socket.write(
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    socket.on('data', (chunk) => {
      if (!isUp) {
        isUp = true;
        socket.write(batch);
        return;
      }
      received += chunk.length;
      while (received >= batchReplyBytes) {
        received -= batchReplyBytes;
        messages += inFlight;
        socket.write(batch);
      }
    });
  }
}
