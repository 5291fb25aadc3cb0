// Threads, processes and async on work that waits and on work that computes, alone and combined: eight jobs each.
import { gather, sleep } from '@oxbow/loop';
import { ProcessPool, ThreadPool } from '@oxbow/threads';
import { fibonacci } from './fibonacci.ts';

const JOBS = 8;
const T_IO_MS = 50;
const N = 34;
const jobs = Array.from({ length: JOBS }, (_, job) => job);
const waits = () => import('node:timers/promises');
const computes = () => import('./fibonacci.ts');

async function timed(work: () => PromiseLike<unknown>): Promise<string> {
  const started = performance.now();
  await work();
  return `${Math.round(performance.now() - started)} ms`;
}

async function inTurn(job: () => PromiseLike<unknown> | number): Promise<void> {
  for (const _ of jobs) await job();
}

export async function main(): Promise<void> {
  const threads = new ThreadPool({ size: JOBS });
  const processes = new ProcessPool({ size: JOBS });
  try {
    await gather(
      jobs.flatMap(() => [threads.run(computes, 'fibonacci', 1), processes.run(computes, 'fibonacci', 1)]),
    );
    console.log(`waiting   in turn:      ${await timed(() => inTurn(() => sleep(T_IO_MS)))}`);
    console.log(`waiting   async:        ${await timed(() => gather(jobs.map(() => sleep(T_IO_MS))))}`);
    console.log(
      `waiting   threads:      ${await timed(() => gather(jobs.map(() => threads.run(waits, 'setTimeout', T_IO_MS))))}`,
    );
    console.log(
      `waiting   processes:    ${await timed(() => gather(jobs.map(() => processes.run(waits, 'setTimeout', T_IO_MS))))}`,
    );
    console.log(`computing in turn:      ${await timed(() => inTurn(() => fibonacci(N)))}`);
    console.log(`computing async:        ${await timed(() => gather(jobs.map(async () => fibonacci(N))))}`);
    console.log(
      `computing threads:      ${await timed(() => gather(jobs.map(() => threads.run(computes, 'fibonacci', N))))}`,
    );
    console.log(
      `computing processes:    ${await timed(() => gather(jobs.map(() => processes.run(computes, 'fibonacci', N))))}`,
    );
    const both = async (): Promise<void> => {
      await sleep(T_IO_MS);
      await threads.run(computes, 'fibonacci', N);
    };
    console.log(`both      async+threads: ${await timed(() => gather(jobs.map(both)))}`);
  } finally {
    await Promise.all([threads.close(), processes.close()]);
  }
}
