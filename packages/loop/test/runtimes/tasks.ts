// What loop must do on every runtime: run by `npm test -- --runtimes` under Bun and Deno, and under Node by hand.

import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  ContextVar,
  createTask,
  currentSignal,
  currentTask,
  type DebugReport,
  describeTasks,
  Queue,
  run,
  sleep,
  TaskGroup,
  timeout,
  traceLoop,
  until,
  VirtualClock,
} from '../../src/index.ts';

const READY = 'ready';

/** The program that is sent a signal. */
async function waitsForSignal(): Promise<void> {
  await run(async () => {
    try {
      setTimeout(() => console.log(READY), 0);
      await sleep(60_000);
    } finally {
      await sleep(5);
      console.log('cleaned up');
    }
  });
}

async function handsOverAndCancels(): Promise<void> {
  const log: string[] = [];
  await run(async () => {
    const queue = new Queue<string>({ maxSize: 1 });
    await TaskGroup.run(async (group) => {
      group.createTask(async () => {
        try {
          for (;;) {
            log.push(await queue.get());
            queue.taskDone();
          }
        } finally {
          await sleep(1);
          log.push('cleaned up');
        }
      });
      for (const word of ['one', 'two']) await queue.put(word);
      await queue.join();
      group.cancel();
    });
  });
  assert.deepEqual(log, ['one', 'two', 'cleaned up']);
}

async function keepsContexts(): Promise<void> {
  const variable = new ContextVar<string>('variable');
  const storage = new AsyncLocalStorage<string>();
  const seen = await run(async () => {
    const body = async (): Promise<unknown> => {
      variable.set(currentTask()!.name);
      await sleep(2);
      await until(Promise.resolve());
      return [currentTask()?.name, variable.get()];
    };
    const tasks = ['a', 'b'].map((name) => storage.run(name, () => createTask(body, { name })));
    return Promise.all(tasks);
  });
  assert.deepEqual(seen, [
    ['a', 'a'],
    ['b', 'b'],
  ]);
}

async function endsForeignWaits(): Promise<void> {
  const ended = await run(async () => {
    const foreign = (signal: AbortSignal): Promise<never> =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    return timeout(5, () => foreign(currentSignal())).then(String, String);
  });
  assert.equal(ended, 'TimeoutError: Timed out after 5 ms');
}

async function jumpsInVirtualTime(): Promise<void> {
  const clock = new VirtualClock();
  await run(
    function* () {
      yield* sleep(3_600_000);
    },
    { clock },
  );
  assert.equal(clock.now(), 3_600_000);
}

async function sharesTheHost(): Promise<void> {
  await run(function* () {
    let timers = 0;
    const timer = setInterval(() => timers++, 1);
    while (timers < 3) yield* sleep(0);
    clearInterval(timer);
  });
}

async function tellsWhatIsWrong(): Promise<void> {
  const reports: DebugReport[] = [];
  const options = {
    debug: true,
    slowCallbackMs: 30,
    onReport: (report: DebugReport) => reports.push(report),
  };
  await run(async () => {
    void sleep(5);
    const hold = (): void => {
      // real time: a block is what is reported, and it lasts at least this long
      for (const startMs = performance.now(); performance.now() - startMs < 80; );
    };
    await createTask(async () => hold(), { name: 'holder' });
    createTask(async () => {
      throw new RangeError('nobody looks');
    });
    await sleep(1);
  }, options);
  const kinds = reports.map(({ kind }) => kind).filter((kind) => kind !== 'unavailable');
  assert.deepEqual(kinds.sort(), ['never-started', 'slow-callback', 'unhandled-failure']);
  const slow = reports.find((report) => report.kind === 'slow-callback');
  assert.equal(slow?.task, 'holder');
}

async function showsTasks(): Promise<void> {
  await run(async function main() {
    const trace = traceLoop();
    const waiter = createTask(function* waiter() {
      yield* sleep(60_000);
    });
    await sleep(1);
    const { tasks } = await describeTasks();
    assert.deepEqual(tasks.map(({ name, waitsFor }) => [name, ...waitsFor]).at(-1), ['waiter', 'sleep']);
    waiter.cancel();
    trace.stop();
    assert.match(trace.toMermaid(), /sequenceDiagram/);
  });
}

async function endsBySignal(): Promise<void> {
  const file = fileURLToPath(import.meta.url);
  const args = 'Deno' in globalThis ? ['run', '-A', file] : [file];
  const child = spawn(process.execPath, [...args, 'child'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  child.stdout.on('data', (chunk) => {
    output += chunk;
    if (output === `${READY}\n`) child.kill('SIGTERM');
  });
  const [code, signal] = await once(child, 'close');
  assert.equal(output, `${READY}\ncleaned up\n`);
  assert.equal(errors.replace(/^.*Warning.*\n/gm, ''), '');
  // Deno takes the exit code of its child for a death by the signal.
  assert.ok(code === 143 || signal === 'SIGTERM', `exit code ${code}`);
}

if (process.argv[2] === 'child') await waitsForSignal();
else {
  const programs = [
    handsOverAndCancels,
    keepsContexts,
    endsForeignWaits,
    jumpsInVirtualTime,
    sharesTheHost,
    tellsWhatIsWrong,
    showsTasks,
    endsBySignal,
  ];
  for (const program of programs) {
    await program();
    console.log(`${program.name}: as on Node`);
  }
}
