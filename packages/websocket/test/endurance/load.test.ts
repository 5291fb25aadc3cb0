/** A server with many clients that do what clients do: stay, never read, die in the middle of a message. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { assert, suite, until } from '@oxbow/testkit';
import { serve } from '../../src/index.ts';

const CLIENTS = fileURLToPath(new URL('../fixtures/many-clients.ts', import.meta.url));
const MIB = 1_048_576;

const start = (...args: readonly (string | number)[]) => fork(CLIENTS, args.map(String));

const test = suite('many clients');

test('2,000 followers of whom 200 never read: the others miss nothing, memory keeps to the budget', async () => {
  const [connections, deaf, messages, bytes] = [2_000, 200, 200, 10_000];
  const maxBufferedBytes = 65_536;
  let dropped = 0;
  const server = await serve(
    async (socket) => {
      await socket.join('all');
      await socket.closed;
    },
    { maxBufferedBytes, slowConsumer: 'drop-oldest', pingIntervalMs: Number.POSITIVE_INFINITY },
  );
  const clients = start(server.port, connections, deaf);
  await once(clients, 'message');
  await until('all follow', () => server.topic('all').followers === connections);
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  const message = new Uint8Array(bytes).fill(7);
  for (let i = 0; i < messages; i += 1) {
    await server.topic('all').publish(message);
    await until('the readers have it', () => {
      const behind = [...server.connections].filter(({ bufferedBytes }) => bufferedBytes > 0).length;
      return behind <= deaf;
    });
  }
  for (const socket of server.connections) dropped += socket.dropped.messages;
  const slow = [...server.connections].filter((socket) => socket.dropped.messages > 0).length;
  const waiting = [...server.connections].reduce((sum, { bufferedBytes }) => sum + bufferedBytes, 0);
  const grown = process.memoryUsage.rss() - before;
  assert.is(server.connections.size, connections);
  assert.ok(slow <= deaf, `${slow} connections dropped something`);
  assert.ok(waiting <= deaf * maxBufferedBytes, `${waiting} bytes wait`);
  // What waits, the pages that are lent, and what one broadcast needs.
  assert.ok(
    grown < deaf * maxBufferedBytes * 1.1 + 64 * MIB,
    `${Math.round(grown / MIB)} MiB more, ${dropped} dropped`,
  );
  clients.kill('SIGKILL');
  await until('nobody is left', () => server.connections.size === 0);
  await server.close();
});

test('500 clients that are killed in the middle of a message leave nothing behind', async () => {
  let ended = 0;
  let whole = 0;
  const server = await serve(async (socket) => {
    await socket.join('all');
    try {
      for await (const message of socket) {
        assert.is(message.length, 60_000);
        whole += 1;
      }
    } finally {
      ended += 1;
    }
  });
  for (let round = 1; round <= 4; round += 1) {
    const clients = start(server.port, 500, 0, 'talk');
    const told: unknown[] = [];
    clients.on('message', (what) => told.push(what));
    await until('they are in the middle', () => told.length === 2 && whole === 500 * round);
    clients.kill('SIGKILL');
    await until('nobody is left', () => server.connections.size === 0 && ended === 500 * round);
    assert.is(server.topic('all').followers, 0);
    await until('their handlers are over', () => server.statistics().handlers === 0);
  }
  assert.is(server.statistics().closed[1006], 2_000);
  await server.close();
});

test.run();
