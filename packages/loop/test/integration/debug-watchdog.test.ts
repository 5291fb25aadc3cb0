// covers: src/debug/watchdog-worker.ts
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '@oxbow/testkit';

const test = suite('the watchdog');

const fixture = fileURLToPath(new URL('../fixtures/blocked.ts', import.meta.url));
const ENDED = 'the block has ended';

/** Runs the blocking program; `release` is looked for in what it says, and ends the block. */
async function block(
  way: string,
  maxBlockMs: number,
  release?: string,
  nodeFlags: readonly string[] = [],
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'oxbow-watchdog-'));
  const untilFile = join(folder, 'over');
  try {
    const program = [fixture, way, String(maxBlockMs), untilFile];
    const flags = [...nodeFlags, '--disable-warning=ExperimentalWarning', ...program];
    const child = spawn(process.execPath, flags, { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk;
      if (release !== undefined && errors.includes(release)) writeFileSync(untilFile, '');
    });
    const [code] = (await once(child, 'close')) as [number | null];
    assert.is(code, 0, errors);
    return errors;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('names the task and the function while they block, not afterwards', async () => {
  const errors = await block('loop', 10_000, 'at spin (');
  const live = errors.slice(0, errors.indexOf(ENDED));
  assert.match(live, 'The loop is blocked: task "parser of pages"');
  assert.match(live, /created at main \(.*blocked\.ts:\d+:\d+\)/);
  assert.match(live, /at spin \(.*blocked\.ts:\d+:\d+\)\n/);
  assert.match(live, /at parser \(.*blocked\.ts:\d+:\d+\)\n/);
  assert.not.match(live, 'event-loop.ts');
  assert.match(errors, /The loop goes on: task "parser of pages" held it for \d+ ms/);
  assert.not.match(errors, 'Waiting for the debugger');
});

test('OXBOW_DEBUG=1 watches code outside of run() too, and the process ends by itself', async () => {
  const program = fileURLToPath(new URL('../fixtures/without-run.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], {
    env: { ...process.env, OXBOW_DEBUG: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  assert.is(code, 0, errors);
  assert.match(errors, 'debug: true');
  assert.match(errors, 'task "slowpoke"');
});

test('sees into a regular expression that backtracks', async () => {
  const errors = await block('regex', 10_000, 'at searchInVain (');
  assert.match(errors.slice(0, errors.indexOf(ENDED)), /at searchInVain \(.*blocked\.ts/);
});

test('names the task during a native call, and the function when it has returned', async () => {
  const errors = await block('native', 1000);
  const live = errors.slice(0, errors.indexOf(ENDED));
  assert.match(live, 'task "parser of pages"');
  assert.match(live, 'cannot be interrupted');
  assert.match(errors, /at waitForProcess \(.*blocked\.ts/);
});

test('says why there is no stack where the inspector is forbidden, or a debugger is open already', async () => {
  const permitted = ['--permission', '--allow-fs-read=*', '--allow-worker'];
  for (const [nodeFlags, reason] of [
    [permitted, 'it needs --allow-inspector'],
    [['--inspect=127.0.0.1:0'], 'a debugger is open'],
  ] as const) {
    const errors = await block('loop', 10_000, 'no stack', nodeFlags);
    const live = errors.slice(0, errors.indexOf(ENDED));
    assert.match(live, 'The loop is blocked: task "parser of pages"');
    assert.match(live, reason);
  }
});

test('where threads are forbidden, says once that slow callbacks are not watched', async () => {
  const errors = await block('loop', 50, undefined, ['--permission', '--allow-fs-read=*']);
  assert.is(errors.split('The watchdog cannot start').length, 2);
  assert.match(errors, ENDED);
});

test.run();
