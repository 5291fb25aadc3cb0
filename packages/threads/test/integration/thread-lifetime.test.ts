// covers: src/worker/process-worker.ts
// Nothing of a pool keeps a finished program alive, and nothing of it outlives the program. Each case is a program.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, suite, until } from '@oxbow/testkit';

// Each program starts Node, and a worker beside it.
const test = suite('lifetimes of workers');

const loop = import.meta.resolve('@oxbow/loop');
const threads = new URL('../../src/index.ts', import.meta.url).href;
const work = new URL('../fixtures/work.ts', import.meta.url).href;
const counters = new URL('../fixtures/counter.ts', import.meta.url).href;

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program of these lines; the runner's deadline ends one that hangs. */
async function program(lines: string, flags: readonly string[] = []): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'oxbow-lifetimes-'));
  const source = `
    import { existsSync } from 'node:fs';
    import { run, createTask, sleep } from ${JSON.stringify(loop)};
    import { openInThread, toThread, ThreadPool, ProcessPool } from ${JSON.stringify(threads)};
    const work = () => import(${JSON.stringify(work)});
    const counters = () => import(${JSON.stringify(counters)});
    let calls = 0;
    /** A call that runs for ever, once it runs. */
    async function endlessCall(pool) {
      const mark = ${JSON.stringify(folder)} + '/' + calls++;
      const call = pool.run(work, 'spinsForEver', mark);
      while (!existsSync(mark)) await sleep(1);
      return [call];
    }
    ${lines}
  `;
  const child = spawn(process.execPath, [...flags, '--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  rmSync(folder, { recursive: true });
  return { code, output };
}

test('a program ends although its pools were never closed', async () => {
  const { code, output } = await program(`
    console.log(await toThread(work, 'add', 1, 2));
    console.log(await new ThreadPool({ size: 1 }).run(work, 'add', 3, 4));
    console.log(await new ProcessPool({ size: 1 }).run(work, 'add', 5, 6));
  `);
  assert.equal([code, output], [0, '3\n7\n11\n']);
});

test('a program ends although its objects were never closed, once nobody listens', async () => {
  const { code, output } = await program(`
    const counter = await openInThread(counters, 'Counter', 1);
    counter.add(1).addDoneCallback((call) => console.log(call.result()));
    const ticker = await openInThread(counters, 'Ticker');
    const off = ticker.on('later', (word) => {
      console.log(word);
      off();
    });
    await ticker.emitLater('heard');
  `);
  assert.equal([code, output], [0, '2\nheard\n']);
});

test('a pending call keeps the program alive, awaited or not', async () => {
  const { code, output } = await program(`
    toThread(work, 'addLater', 1, 2).addDoneCallback((call) => console.log(call.result()));
    new ProcessPool({ size: 1 }).run(work, 'addLater', 3, 4).addDoneCallback((call) => console.log(call.result()));
  `);
  assert.is(code, 0);
  assert.equal(output.split('\n').sort(), ['', '3', '7']);
});

test('an abandoned call does not', async () => {
  const { code, output } = await program(`
    for (const Pool of [ThreadPool, ProcessPool]) {
      const pool = new Pool({ size: 1, abandonOnCancel: true });
      const [call] = await endlessCall(pool);
      call.cancel();
    }
    console.log('done');
  `);
  assert.equal([code, output], [0, 'done\n']);
});

test('run() leaves no thread behind', async () => {
  const { output } = await program(`
    await run(async () => { await toThread(work, 'add', 1, 2); });
    const left = () => process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort|Process/.test(name));
    // Handles are closed a moment after their worker has ended.
    while (left().length > 0) await new Promise(setImmediate);
    console.log('none left');
  `);
  assert.is(output, 'none left\n');
});

test('process.exit() ends worker processes too, endless ones included', async () => {
  const { code, output } = await program(`
    const pool = new ProcessPool({ size: 1 });
    console.log(await pool.run(work, 'processId'));
    const [call] = await endlessCall(pool);
    call.addDoneCallback(() => {});
    process.exit(3);
  `);
  assert.is(code, 3);
  await gone(Number(output));
});

test('a main process that is killed takes its idle worker processes along', async () => {
  const { output } = await program(`
    const pool = new ProcessPool({ size: 1 });
    console.log(await pool.run(work, 'processId'));
    process.kill(process.pid, 'SIGKILL');
  `);
  await gone(Number(output));
});

/** Waits until there is no such process; the test's deadline bounds it. */
async function gone(pid: number): Promise<void> {
  assert.ok(pid > 0);
  await until(`process ${pid} to be gone`, () => {
    try {
      return !process.kill(pid, 0);
    } catch {
      return true;
    }
  });
}

test('a worker that is killed from outside fails its call', async () => {
  const { output } = await program(`
    const pool = new ProcessPool({ size: 1 });
    const pid = await pool.run(work, 'processId');
    const [call] = await endlessCall(pool);
    process.kill(pid, 'SIGKILL');
    await call.then(console.log, (error) => console.log(error.code, error.signal));
    console.log(await pool.run(work, 'add', 1, 2));
    await pool.close();
  `);
  assert.is(output, 'ERR_OXBOW_THREADS_WORKER_EXITED SIGKILL\n3\n');
});

test('a program started with flags of V8 has threads too, from a file and from a word on the command line', async () => {
  const flags = ['--max-old-space-size=500', '--expose-gc'];
  const spoken = await program("console.log(await toThread(work, 'add', 1, 2));", flags);
  assert.equal([spoken.code, spoken.output], [0, '3\n']);
  const file = new URL('../fixtures/thread-program.ts', import.meta.url);
  const child = spawn(
    process.execPath,
    [...flags, '--disable-warning=ExperimentalWarning', fileURLToPath(file)],
    { stdio: 'pipe' },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const [code] = await once(child, 'close');
  assert.equal([code, output], [0, '3\n']);
});

test.run();
