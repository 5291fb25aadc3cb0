// covers: src/debug/watchdog-worker.ts
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, signal, suite } from '@oxbow/testkit';

const test = suite('the watchdog');

const fixture = fileURLToPath(new URL('../fixtures/blocked.ts', import.meta.url));
const ENDED = 'the block has ended';

/**
 * Runs the blocking program. What it says is looked through for two texts: the first ends the block, the second the
 * program; an empty one does so at once.
 */
async function block(
  way: string,
  [release, dismiss]: readonly [release: string, dismiss: string],
  nodeFlags: readonly string[] = [],
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'oxbow-watchdog-'));
  const files = { released: join(folder, 'released'), dismissed: join(folder, 'dismissed') };
  try {
    return await programSays([fixture, way, files.released, files.dismissed], nodeFlags, (errors) => {
      if (errors.includes(release)) writeFileSync(files.released, '');
      if (errors.includes(dismiss)) writeFileSync(files.dismissed, '');
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs a program and gives its standard error; `look` sees what there is of it, from the beginning on. */
async function programSays(
  program: readonly string[],
  nodeFlags: readonly string[],
  look: (errors: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const flags = [...nodeFlags, '--disable-warning=ExperimentalWarning', ...program];
  look('');
  const child = spawn(process.execPath, flags, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const killIt = () => child.kill('SIGKILL');
  signal().addEventListener('abort', killIt, { once: true });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk;
    look(errors);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  assert.is(code, 0, errors);
  return errors;
}

test('names the task and the function while they block, not afterwards', async () => {
  const errors = await block('loop', ['at spin (', 'The loop goes on']);
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
  const folder = mkdtempSync(join(tmpdir(), 'oxbow-watchdog-'));
  const released = join(folder, 'released');
  const look = (errors: string) => {
    if (errors.includes('task "slowpoke"')) writeFileSync(released, '');
  };
  const errors = await programSays([program, released], [], look, { ...process.env, OXBOW_DEBUG: '1' });
  rmSync(folder, { recursive: true });
  assert.match(errors, 'debug: true');
  assert.match(errors, 'task "slowpoke"');
});

test('sees into a regular expression that backtracks', async () => {
  const errors = await block('regex', ['at searchInVain (', ENDED]);
  assert.match(errors.slice(0, errors.indexOf(ENDED)), /at searchInVain \(.*blocked\.ts/);
});

test('names the task during a native call, and the function when it has returned', async () => {
  const errors = await block('native', ['cannot be interrupted', 'at waitForProcess (']);
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
    const errors = await block('loop', ['no stack', ENDED], nodeFlags);
    const live = errors.slice(0, errors.indexOf(ENDED));
    assert.match(live, 'The loop is blocked: task "parser of pages"');
    assert.match(live, reason);
  }
});

test('where threads are forbidden, says once that slow callbacks are not watched', async () => {
  const errors = await block(
    'loop',
    ['The watchdog cannot start', ENDED],
    ['--permission', '--allow-fs-read=*'],
  );
  assert.is(errors.split('The watchdog cannot start').length, 2);
  assert.match(errors, ENDED);
});

test.run();
