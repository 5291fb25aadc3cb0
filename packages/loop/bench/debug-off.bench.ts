// What debug mode costs while it is off: the same jobs with its hooks, and with the hooks cut out of the sources. Each
// reading is a process of its own, since the compiler's luck is worth more than the hooks; processor time, medians.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Coroutine, checkpoint, createTask, gather, Queue, run } from '@oxbow/loop';

const OPERATIONS = 100_000;
const AT_ONCE = 1000;
const PROCESSES = 7;
const ROUNDS = 7;
const WARM_UPS = 3;
const NS_PER_US = 1000;

// biome-ignore lint/correctness/useYield: the shortest coroutine there is
const generated = function* (): Coroutine<number> {
  return 1;
};
const asynchronous = async (): Promise<number> => 1;
const many = <T>(make: () => T): T[] => Array.from({ length: AT_ONCE }, make);

const JOBS: Readonly<Record<string, () => unknown>> = {
  'spawn, generators': () =>
    run(function* () {
      for (let count = 0; count < OPERATIONS; count++) yield* createTask(generated);
    }),
  'spawn, async functions': () =>
    run(async () => {
      for (let count = 0; count < OPERATIONS; count++) await createTask(asynchronous);
    }),
  'gather, generators': () =>
    run(function* () {
      for (let count = 0; count < OPERATIONS; count += AT_ONCE)
        yield* gather(many(() => createTask(generated)));
    }),
  'gather, async functions': () =>
    run(async () => {
      for (let count = 0; count < OPERATIONS; count += AT_ONCE)
        await gather(many(() => createTask(asynchronous)));
    }),
  'queue, generators': () =>
    run(function* () {
      const queue = new Queue<number>();
      yield* gather(
        createTask(function* () {
          for (let item = 0; item < OPERATIONS; item++) yield* queue.put(item);
        }),
        createTask(function* () {
          for (let item = 0; item < OPERATIONS; item++) yield* queue.get();
        }),
      );
    }),
  'queue, async functions': () =>
    run(async () => {
      const queue = new Queue<number>();
      await gather(
        createTask(async () => {
          for (let item = 0; item < OPERATIONS; item++) await queue.put(item);
        }),
        createTask(async () => {
          for (let item = 0; item < OPERATIONS; item++) await queue.get();
        }),
      );
    }),
  'switch, generators': () =>
    run(function* () {
      for (let count = 0; count < OPERATIONS; count++) yield* checkpoint();
    }),
  'switch, async functions': () =>
    run(async () => {
      for (let count = 0; count < OPERATIONS; count++) await checkpoint();
    }),
};

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

/** In a process of its own: nanoseconds of processor time an operation. */
async function reading(job: () => unknown): Promise<number> {
  const rounds: number[] = [];
  for (let round = -WARM_UPS; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    await job();
    const { user, system } = process.cpuUsage(before);
    if (round >= 0) rounds.push(((user + system) * NS_PER_US) / OPERATIONS);
  }
  return median(rounds);
}

function readingOf(name: string, flags: readonly string[]): number {
  return Number(execFileSync(process.execPath, [...flags, fileURLToPath(import.meta.url), name]));
}

const [asked] = process.argv.slice(2);
const own = asked === undefined ? undefined : JOBS[asked];
if (own !== undefined) {
  console.log(await reading(own));
} else {
  const cutOut = ['--import', new URL('./without-hooks.ts', import.meta.url).href];
  const ratios: number[] = [];
  for (const name of Object.keys(JOBS)) {
    const withHooks: number[] = [];
    const without: number[] = [];
    for (let turn = 0; turn < PROCESSES; turn++) {
      withHooks.push(readingOf(name, []));
      without.push(readingOf(name, cutOut));
    }
    const ratio = median(withHooks) / median(without);
    ratios.push(ratio);
    console.log(
      `${name.padEnd(24)} hooks ${median(withHooks).toFixed(0).padStart(5)} ns  cut out ${median(without).toFixed(0).padStart(5)} ns  ${ratio.toFixed(3)}x`,
    );
  }
  const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
  console.log(
    `geometric mean ${mean.toFixed(3)}x (medians of ${PROCESSES} processes, node ${process.version})`,
  );
}
