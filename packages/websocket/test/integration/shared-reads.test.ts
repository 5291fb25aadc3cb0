// covers: src/transport/shared-reads.ts, src/transport/tcp-transport.ts
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';
import { createTask, currentTask } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { type Socket, type SocketHandler, serve, type WebSocketServer } from '../../src/index.ts';
import { sharedBuffer, trySharedReads } from '../../src/transport/shared-reads.ts';
import { RawClient } from '../fixtures/raw-client.ts';
import { masked } from '../fixtures/wire.ts';

/** What nobody sends here. */
const POISON = 0xdb;

const closers: (() => unknown)[] = [];

interface Opened {
  readonly http: Server;
  readonly server: WebSocketServer;
  readonly port: number;
  /** What the HTTP server knows of its connections. */
  readonly accepted: TcpSocket[];
}

/** Serves on an HTTP server of the user's, who may look at its connections. */
async function open(handler: SocketHandler): Promise<Opened> {
  const http = createServer();
  const accepted: TcpSocket[] = [];
  http.on('connection', (socket) => accepted.push(socket));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const server = await serve(handler, { server: http, closeTimeoutMs: 1_000 });
  closers.push(() => http.close());
  closers.push(() => server.close());
  return { http, server, port: (http.address() as AddressInfo).port, accepted };
}

async function client(port: number): Promise<RawClient> {
  const made = await RawClient.open(port);
  closers.push(() => made.socket.destroy());
  return made;
}

async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

const test = suite('reads that share a buffer');
test.after.each(closeAll);

test('work where libuv reads at once: otherwise the fast way has quietly gone', async () => {
  assert.is(await trySharedReads(), process.platform !== 'win32');
  const { port, accepted } = await open((socket) => {
    socket.subscribe((message) => socket.trySend(message));
  });
  const raw = await client(port);
  sharedBuffer()?.fill(POISON);
  raw.write(masked(2, new Uint8Array(10)));
  await raw.heard(1);
  assert.is(sharedBuffer()?.[0] === POISON, process.platform === 'win32');
  assert.ok(accepted[0]!.bytesRead > 100);
});

test('never change a message that a handler keeps', async () => {
  const kept: { readonly message: Uint8Array; readonly copy: Uint8Array }[] = [];
  const { port } = await open((socket) => {
    socket.subscribe((message) => {
      kept.push({ message: message as Uint8Array, copy: Uint8Array.from(message as Uint8Array) });
      socket.trySend(message);
      // The loan is over as soon as the bytes have been told.
      setImmediate(() => sharedBuffer()?.fill(POISON));
    });
  });
  const clients = [await client(port), await client(port), await client(port)];
  const sizes = [1, 64, 5_000, 40_000, 70_000];
  for (const size of sizes) {
    for (const [i, each] of clients.entries()) each.write(masked(2, new Uint8Array(size).fill(i + size)));
  }
  for (const [i, each] of clients.entries()) {
    const heard = await each.heard(sizes.length);
    assert.equal(
      heard,
      sizes.map((size) => ['message', [...new Uint8Array(size).fill(i + size)]]),
    );
  }
  assert.is(kept.length, sizes.length * clients.length);
  for (const { message, copy } of kept) assert.ok(Buffer.from(copy).equals(message));
});

test('never show one peer what another sent', async () => {
  const { port } = await open(async (socket) => {
    for await (const message of socket) await socket.send(message);
  });
  const [first, second] = [await client(port), await client(port)];
  const frame = masked(1, 'the first one’s secret, in two pieces');
  first.write(frame.subarray(0, 20));
  second.write(masked(1, 'overwrites the buffer, and is longer than what the first one has sent'));
  assert.is((await second.heard(1)).length, 1);
  first.write(frame.subarray(20));
  assert.equal(await first.heard(1), [['message', 'the first one’s secret, in two pieces']]);
});

test('are told outside of the task that serves', async () => {
  let told: unknown = 'nothing';
  let socket: Socket | undefined;
  const task = createTask(async () => {
    const server = await serve(
      (served) => {
        socket = served;
        served.subscribe((message) => {
          told = currentTask();
          served.trySend(message);
        });
      },
      { port: 0 },
    );
    closers.push(() => server.close());
    return server.port;
  });
  const raw = await client(await task);
  raw.write(masked(1, 'who?'));
  await raw.heard(1);
  assert.is(told, undefined);
  assert.ok(socket?.isOpen);
});

test('wait while nobody reads, and go on in order', async () => {
  let socket!: Socket;
  const { port } = await open((served) => {
    socket = served;
  });
  const raw = await client(port);
  for (let i = 0; i < 400; i += 1) raw.write(masked(2, new Uint8Array(10_000).fill(i)));
  // More than a kernel holds for a connection: reading stops, and the peer waits.
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const first: number[] = [];
  for await (const message of socket) {
    first.push((message as Uint8Array)[0]!);
    sharedBuffer()?.fill(POISON);
    if (first.length === 400) break;
  }
  assert.equal(
    first,
    Array.from({ length: 400 }, (_, i) => i & 255),
  );
});

test('leave the HTTP server its count of connections', async () => {
  const { http, server, port, accepted } = await open((socket) => {
    socket.subscribe();
  });
  const raw = await client(port);
  const count = (): Promise<number> =>
    new Promise((resolve, reject) => http.getConnections((error, n) => (error ? reject(error) : resolve(n))));
  assert.is(await count(), 1);
  const gone = once(accepted[0]!, 'close');
  raw.socket.destroy();
  await gone;
  assert.is(await count(), 0);
  await server.close();
  const closed = once(http, 'close');
  http.close();
  await closed;
});

test('end with the socket that the HTTP server knows', async () => {
  let socket!: Socket;
  const { port, accepted } = await open((served) => {
    socket = served;
    served.subscribe();
  });
  const raw = await client(port);
  raw.write(masked(9, 'there?'));
  await raw.heard(1);
  accepted[0]!.destroy();
  await raw.closed;
  assert.is((await socket.closed).code, 1006);
});

test.run();
