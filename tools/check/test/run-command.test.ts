import { assert, suite } from '@oxbow/testkit';
import { runCommand } from '../src/run-command.ts';

const node = (script: string, timeoutMs = 10_000) =>
  runCommand({
    program: process.execPath,
    args: ['-e', script],
    cwd: process.cwd(),
    env: process.env,
    timeoutMs,
  });

const test = suite('run command');

test('keeps what the tool wrote, on both streams', async () => {
  const { ok, output } = await node("console.log('out'); console.error('err');");
  assert.ok(ok);
  assert.match(output, 'out');
  assert.match(output, 'err');
});

test('takes colours away', async () => {
  assert.is((await node("process.stdout.write('\\u001b[31mred\\u001b[39m')")).output, 'red');
});

test('is not ok when the tool fails', async () => {
  assert.equal(await node("process.stdout.write('no'); process.exitCode = 3;"), { ok: false, output: 'no' });
});

test('is not ok, and says so, when there is no such tool', async () => {
  const { ok, output } = await runCommand({
    program: 'no-such-tool',
    args: [],
    cwd: process.cwd(),
    env: process.env,
    timeoutMs: 10_000,
  });
  assert.not(ok);
  assert.match(output, 'could not start no-such-tool');
});

test('ends a tool that hangs, with the processes it started', async () => {
  const script = `
    const { spawn } = require('node:child_process');
    spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
    setInterval(() => {}, 1000);`;
  const { ok, output } = await node(script, 300);
  assert.not(ok);
  assert.match(output, 'ended after 300 ms');
});

test('leaves no listener behind', async () => {
  const before = process.listenerCount('exit');
  await node('');
  assert.is(process.listenerCount('exit'), before);
});

test.run();
