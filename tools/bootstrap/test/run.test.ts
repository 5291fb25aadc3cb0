import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { assert, skipUnless, suite } from '@oxbow/testkit';
import { runQuietly } from '../src/run.mjs';

const test = suite('running a program');

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const here = { cwd: process.cwd(), env: process.env };
const node = process.execPath;

/** Starts a program through attach() in a process group of its own, as a shell would. */
function attached(...args: string[]) {
  const child = spawn(node, [fixture('attach.mjs'), ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (output.includes('ready')) resolve();
    });
  });
  const ended = new Promise<{ exitCode: number | null; output: string }>((resolve) => {
    child.once('close', (exitCode) => resolve({ exitCode, output }));
  });
  return { pid: child.pid as number, ready, ended };
}

test('keeps both outputs and the exit code', async () => {
  const run = await runQuietly(node, ['-e', 'console.log(1); console.error(2); process.exitCode = 3'], here);
  assert.is(run.exitCode, 3);
  assert.equal(run.output.split('\n').sort(), ['', '1', '2']);
});

test('keeps no more than the end of a long output', async () => {
  const { output } = await runQuietly(
    node,
    ['-e', 'process.stdout.write("x".repeat(200_000) + "end")'],
    here,
  );
  assert.is(output.length, 65_536);
  assert.ok(output.endsWith('xend'));
});

test('answers a program that is not there with exit code 127', async () => {
  assert.is((await runQuietly('oxbow-no-such-program', [], here)).exitCode, 127);
});

test('stays until the attached program has ended after a Ctrl-C, and ends with its code', async () => {
  skipUnless(process.platform !== 'win32', 'Windows has no process groups');
  const run = attached(node, fixture('slow-to-end.mjs'));
  await run.ready;
  process.kill(-run.pid, 'SIGINT');
  assert.equal(await run.ended, { exitCode: 130, output: 'ready\nended by SIGINT\n' });
});

test('passes a SIGTERM on to the attached program', async () => {
  skipUnless(process.platform !== 'win32', 'Windows has no SIGTERM');
  const run = attached(node, fixture('slow-to-end.mjs'));
  await run.ready;
  process.kill(run.pid, 'SIGTERM');
  assert.equal(await run.ended, { exitCode: 143, output: 'ready\nended by SIGTERM\n' });
});

test('ends the attached program when the npm that started it is gone', async () => {
  skipUnless(process.platform !== 'win32', 'Windows has no SIGTERM');
  const starter = `
    const args = ${JSON.stringify([fixture('attach.mjs'), node, fixture('slow-to-end.mjs')])};
    const env = { ...process.env, npm_lifecycle_event: 'start' };
    require('node:child_process').spawn(process.execPath, args, { stdio: 'inherit', env });
    setInterval(() => {}, 1000);`;
  const npm = spawn(node, ['-e', starter], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  const closed = new Promise((resolve) => npm.once('close', resolve));
  npm.stdout.on('data', (chunk) => {
    output += chunk;
    if (output === 'ready\n') npm.kill('SIGKILL');
  });
  // The output stays open until the last process that holds it has ended.
  await closed;
  assert.is(output, 'ready\nended by SIGTERM\n');
});

test('turns a death by signal into 128 + its number', async () => {
  const run = attached(node, '-e', 'process.kill(process.pid, "SIGKILL")');
  assert.is((await run.ended).exitCode, 137);
});

test.run();
