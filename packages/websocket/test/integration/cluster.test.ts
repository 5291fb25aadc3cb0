// covers: src/cluster/cluster-broker.ts
// Several processes behind one port, workers killed at random: every message arrives, once and in order.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { assert, suite, until } from '@oxbow/testkit';
import { clusterBroker, connect, type Message } from '../../src/index.ts';

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

const test = suite('a cluster of servers');

test('is one room on one port, also when workers are killed', async () => {
  const port = await freePort();
  cluster.setupPrimary({
    exec: fileURLToPath(new URL('../fixtures/cluster-worker.ts', import.meta.url)),
    args: [],
  });
  const broker = clusterBroker();
  const fork = async () => {
    const worker = cluster.fork({ OXBOW_TEST_PORT: String(port) });
    await once(worker, 'message', { signal: AbortSignal.timeout(60_000) });
    return worker;
  };
  const workers = await Promise.all([fork(), fork()]);
  const url = `ws://127.0.0.1:${port}`;
  const clients = await Promise.all(
    Array.from({ length: 4 }, () => connect(url, { reconnect: { baseMs: 10, maxMs: 50 } })),
  );
  const got: Message[][] = clients.map(() => []);
  const missed: unknown[] = [];
  const welcomes = new Set<string>();
  for (const [i, client] of clients.entries()) {
    client.onResume((event) => missed.push(event.missed));
    client.subscribe((message) => {
      if (String(message).startsWith('welcome')) welcomes.add(String(message));
      else got[i]!.push(message);
    });
  }
  await until('both processes to serve', () => welcomes.size === 2);
  const members = async () => (await broker.presence!.members('room')).length;
  await until('all to be present', () => clients.every(({ positions }) => positions.has('room')));
  assert.is(await members(), 4);
  const expected: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    for (let i = 0; i < 10; i += 1) {
      expected.push(`${round}.${i}`);
      await broker.publish('room', `${round}.${i}`);
    }
    if (round === 2) break;
    const victim = workers[round % 2]!;
    victim.process.kill('SIGKILL');
    for (let i = 0; i < 10; i += 1) {
      expected.push(`${round}.down.${i}`);
      await broker.publish('room', `${round}.down.${i}`);
    }
    workers[round % 2] = await fork();
    await until('all to be back', () => got.every((messages) => messages.length === expected.length));
  }
  await until('all messages everywhere', () => got.every((messages) => messages.length === expected.length));
  for (const messages of got) assert.equal(messages, expected);
  assert.equal(new Set(missed), new Set([0]), 'nothing was missed');
  assert.is(await members(), 4);
  for (const client of clients) await client.close();
  for (const worker of workers) worker.kill();
  await Promise.all(workers.map((worker) => (worker.isDead() ? undefined : once(worker, 'exit'))));
  await broker.close();
});

test.run();
