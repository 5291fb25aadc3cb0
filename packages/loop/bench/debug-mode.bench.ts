// What debug mode costs: bare switches and bare tasks, where it shows most, and tasks that do a little work, as servers do.
import { checkpoint, createTask, run, sleep } from '@oxbow/loop';

const SWITCHES = 400_000;
const TASKS = 50_000;
const JOBS = 10_000;
const WORK_PER_JOB_US = 40;
const ROUNDS = 5;
/** For the watchdog's thread to start. */
const SETTLE_MS = 200;

function work(us: number): void {
  for (const endMs = performance.now() + us / 1000; performance.now() < endMs; );
}

async function switches(): Promise<void> {
  for (let count = 0; count < SWITCHES; count++) await checkpoint();
}

async function tasks(): Promise<void> {
  for (let count = 0; count < TASKS; count++) await createTask(async () => 1);
}

/** Ten workers; each job waits, works, and waits again. */
async function jobs(): Promise<void> {
  let left = JOBS;
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      await checkpoint();
      work(WORK_PER_JOB_US);
      if (left % 100 === 0) await sleep(1);
    }
  };
  const workers = Array.from({ length: 10 }, () => createTask(worker));
  for (const each of workers) await each;
}

/** One reading, in nanoseconds per operation, inside a run that has been going on for a while: its watchdog is awake. */
async function reading(debug: boolean, operations: number, main: () => Promise<void>): Promise<number> {
  return run(
    async () => {
      await sleep(SETTLE_MS);
      const startedMs = performance.now();
      await main();
      return ((performance.now() - startedMs) * 1e6) / operations;
    },
    { debug },
  );
}

async function compare(title: string, operations: number, main: () => Promise<void>): Promise<void> {
  const readings = new Map<boolean, number[]>([
    [false, []],
    [true, []],
  ]);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [debug, list] of readings) list.push(await reading(debug, operations, main));
  }
  const [off, on] = [...readings.values()].map((list) => list.sort((a, b) => a - b)[ROUNDS >> 1]!);
  console.log(
    `${title.padEnd(30)} ${off!.toFixed(0).padStart(7)} ns  debug mode ${on!.toFixed(0).padStart(7)} ns  (${(on! / off!).toFixed(3)}x, medians of ${ROUNDS})`,
  );
}

await compare('a switch between async tasks', SWITCHES, switches);
await compare('spawn and join', TASKS, tasks);
await compare(`a job of ${WORK_PER_JOB_US} µs`, JOBS, jobs);
