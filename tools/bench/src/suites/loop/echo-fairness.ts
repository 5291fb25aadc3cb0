/** Round trips of one byte over TCP while tasks in the server's process never stop: the 99th percentile, in ms. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { checkpoint, createTask, run } from '@oxbow/loop';
import type { Workload } from '../../harness/workload.ts';

const SPINNERS = 2;
const FULL_MS = 1000;
const QUICK_MS = 500;

/** Serves an echo for a client in a process of its own while `spin` runs until the given time. */
const beside = (spin: (endMs: number) => Promise<unknown>): Workload => ({
  measure: async (quick) => {
    const forMs = quick ? QUICK_MS : FULL_MS;
    const server = createServer((socket) =>
      socket.on('error', () => {}).on('data', (data) => socket.write(data)),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = fork(new URL('./echo-client.ts', import.meta.url), [String(port), String(forMs)]);
    const answered = once(client, 'message');
    await once(server, 'connection');
    client.send('begin'); // connecting is not what is measured
    await spin(performance.now() + forMs);
    const [p99Ms] = (await answered) as [number];
    client.kill();
    server.close();
    return p99Ms;
  },
});

const inTasks = (spinner: (endMs: number) => () => unknown) => (endMs: number) =>
  run(async () => {
    const tasks = Array.from({ length: SPINNERS }, () => createTask(spinner(endMs)));
    for (const task of tasks) await task;
  });

/** The clock is read once in so many turns, so that reading it is not what spins. */
const TURNS_BETWEEN_READS = 16;

export const workloads: Readonly<Record<string, Workload>> = {
  idle: beside((endMs) => new Promise((resolve) => setTimeout(resolve, endMs - performance.now()))),
  generator: beside(
    inTasks((endMs) => {
      return function* () {
        while (performance.now() < endMs) for (let i = 0; i < TURNS_BETWEEN_READS; i++) yield* checkpoint();
      };
    }),
  ),
  async: beside(
    inTasks((endMs) => async () => {
      while (performance.now() < endMs) for (let i = 0; i < TURNS_BETWEEN_READS; i++) await checkpoint();
    }),
  ),
  native: beside((endMs) => {
    const spin = async (): Promise<void> => {
      while (performance.now() < endMs) for (let i = 0; i < TURNS_BETWEEN_READS; i++) await null;
    };
    return Promise.all(Array.from({ length: SPINNERS }, spin));
  }),
};
