/** Round trips to one worker thread: small calls one by one, small calls many at a time, and 1 MiB there and back. */
import { fileURLToPath } from 'node:url';
import { run } from '@oxbow/loop';
import { ThreadPool, transfer } from '@oxbow/threads';
import { move, Piscina } from 'piscina';
import { Tinypool } from 'tinypool';
import type { Workload } from '../../harness/workload.ts';

/** Calls that are on their way at a time in the pipelined job. */
const IN_FLIGHT = 1000;
const MEBIBYTE = 2 ** 20;
const work = new URL('./thread-work.ts', import.meta.url);
const filename = fileURLToPath(work);

/** One pool's way to do the jobs. Pools stay open between rounds. */
interface Caller {
  add(a: number, b: number): PromiseLike<unknown>;
  /** Sends bytes and gives those that came back. */
  mebibyte(bytes: Uint8Array<ArrayBuffer>): PromiseLike<Uint8Array<ArrayBuffer>>;
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

const ours = once((): Caller => {
  const pool = new ThreadPool({ size: 1, idleTimeoutMs: Number.POSITIVE_INFINITY });
  return {
    add: (a, b) => pool.run<typeof import('./thread-work.ts'), 'add'>(work, 'add', a, b),
    mebibyte: (bytes) =>
      pool.run<typeof import('./thread-work.ts'), 'giveBack'>(
        work,
        'giveBack',
        transfer(bytes),
      ) as PromiseLike<Uint8Array<ArrayBuffer>>,
  };
});

const piscina = (options: object, moved: boolean): (() => Caller) =>
  once((): Caller => {
    const pool = new Piscina({ filename, minThreads: 1, maxThreads: 1, idleTimeout: 60_000, ...options });
    return {
      add: (a, b) => pool.run({ a, b }),
      mebibyte: (bytes) => (moved ? pool.run(move(bytes), { name: 'giveBackMoved' }) : pool.run(bytes)),
    };
  });

const tinypool = once((): Caller => {
  const pool = new Tinypool({ filename, minThreads: 1, maxThreads: 1, idleTimeout: 60_000 });
  return { add: (a, b) => pool.run({ a, b }), mebibyte: (bytes) => pool.run(bytes) };
});

const sequential = (caller: () => Caller): Workload => ({
  portion: 100,
  clock: 'wall',
  run: async (operations) => {
    for (let done = 0; done < operations; done++) await caller().add(done, 1);
  },
});

const pipelined = (caller: () => Caller): Workload => ({
  portion: IN_FLIGHT,
  clock: 'wall',
  run: async (operations) => {
    for (let done = 0; done < operations; done += IN_FLIGHT) {
      await Promise.all(Array.from({ length: IN_FLIGHT }, (_, i) => caller().add(i, 1)));
    }
  },
});

const mebibyte = (caller: () => Caller): Workload => ({
  portion: 10,
  clock: 'wall',
  run: async (operations) => {
    let bytes = new Uint8Array(MEBIBYTE);
    for (let done = 0; done < operations; done++) bytes = await caller().mebibyte(bytes);
    if (bytes.byteLength !== MEBIBYTE) throw new Error(`${bytes.byteLength} bytes came back`);
  },
});

/** Ours inside `run()`, as a program would. */
const inRun = (job: Workload): Workload =>
  'run' in job ? { ...job, run: (operations) => run(async () => job.run(operations)) } : job;

const atomicsOff = piscina({ atomics: 'disabled' }, false);
const several = piscina({ concurrentTasksPerWorker: 16 }, false);

export const workloads: Readonly<Record<string, Workload>> = {
  'ours-sequential': inRun(sequential(ours)),
  'ours-pipelined': inRun(pipelined(ours)),
  'ours-mebibyte': inRun(mebibyte(ours)),
  'piscina-sequential': sequential(piscina({}, false)),
  'piscina-pipelined': pipelined(piscina({}, false)),
  'piscina-mebibyte': mebibyte(piscina({}, false)),
  'piscina-mebibyte-moved': mebibyte(piscina({}, true)),
  'piscina-no-atomics-sequential': sequential(atomicsOff),
  'piscina-no-atomics-pipelined': pipelined(atomicsOff),
  'piscina-several-pipelined': pipelined(several),
  'tinypool-sequential': sequential(tinypool),
  'tinypool-pipelined': pipelined(tinypool),
  'tinypool-mebibyte': mebibyte(tinypool),
};
