import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '@oxbow/testkit';

const test = suite('the watchdog', undefined, { timeoutMs: 15_000 });

const fixture = fileURLToPath(new URL('../fixtures/blocked.ts', import.meta.url));
const ENDED = 'the block has ended';

/** Runs the blocking program; `release` is looked for in what it says, and ends the block. */
async function block(way: string, maxBlockMs: number, release?: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'oxbow-watchdog-'));
  const untilFile = join(folder, 'over');
  try {
    const flags = ['--disable-warning=ExperimentalWarning', fixture, way, String(maxBlockMs), untilFile];
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

test('sees into a regular expression that backtracks', async () => {
  const errors = await block('regex', 10_000, 'at searchInVain (');
  assert.match(errors.slice(0, errors.indexOf(ENDED)), /at searchInVain \(.*blocked\.ts/);
});

test('names the task during a native call, and the function when it has returned', async () => {
  const errors = await block('native', 1500);
  const live = errors.slice(0, errors.indexOf(ENDED));
  assert.match(live, 'task "parser of pages"');
  assert.match(live, 'cannot be interrupted');
  assert.match(errors, /at waitForProcess \(.*blocked\.ts/);
});

test.run();
