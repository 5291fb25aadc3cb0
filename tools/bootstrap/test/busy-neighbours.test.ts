import { execFileSync, spawn } from 'node:child_process';
import { assert, skipUnless, suite, until } from '@oxbow/testkit';
import { besideBusyLoops } from '../src/busy-neighbours.mjs';

const test = suite('busy neighbours');

/** Process ids of the children of a process. */
function childrenOf(pid: number): number[] {
  try {
    return execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/)
      .map(Number);
  } catch {
    // ps ends with 1 when there are none.
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('run as long as the body, which gives the result, and no longer', async () => {
  skipUnless(process.platform === 'linux', 'ps knows --ppid on Linux only');
  let during: number[] = [];
  const given = await besideBusyLoops(2, async () => {
    await until('both loops to be there', () => (during = childrenOf(process.pid)).length >= 2);
    return 'done';
  });
  assert.is(given, 'done');
  assert.is(during.filter(isAlive).length, 0);
});

test('end when the body fails', async () => {
  let message = '';
  await besideBusyLoops(1, () => Promise.reject(new Error('wrong'))).catch(
    (error: Error) => (message = error.message),
  );
  assert.is(message, 'wrong');
});

test('end when what started them is killed', async () => {
  skipUnless(process.platform === 'linux', 'ps knows --ppid on Linux only');
  const module = new URL('../src/busy-neighbours.mjs', import.meta.url).href;
  const program = `
    const { besideBusyLoops } = await import(${JSON.stringify(module)});
    await besideBusyLoops(1, () => new Promise(() => setInterval(() => {}, 1000)));`;
  const starter = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'ignore' });
  const pid = starter.pid as number;
  const loops = await until('the loop to be there', () => {
    const children = childrenOf(pid);
    return children.length > 0 && children;
  });
  starter.kill('SIGKILL');
  await until('the loop to be gone', () => !loops.some(isAlive));
});

test.run();
