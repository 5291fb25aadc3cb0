import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '@oxbow/testkit';

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** Runs the fixture app; `whenUp` is called once it says that it is up. */
function startApp(
  what: string,
  whenUp: (kill: (signal: NodeJS.Signals) => void) => void = () => {},
): Promise<Ended> {
  const file = fileURLToPath(new URL('../fixtures/app.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, what]);
  let stderr = '';
  child.stdout.once('data', () => whenUp((signal) => child.kill(signal)));
  child.stderr.on('data', (data: Buffer) => {
    stderr += data;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stderr })));
}

const test = suite('runApp');

test('gives the process the exit code of the app', async () => {
  assert.equal(await startApp('three'), { code: 3, stderr: '' });
});

test('says what cannot be done in one sentence, with exit code 2', async () => {
  assert.equal(await startApp('refuse'), { code: 2, stderr: 'oxbow: there is no such program\n' });
});

test('shows the stack of a defect, with exit code 1', async () => {
  const { code, stderr } = await startApp('defect');
  assert.is(code, 1);
  assert.match(stderr, /^oxbow: TypeError: broken\n {4}at /);
});

test('cancels the app at Ctrl-C, which cleans up and ends with 130', async () => {
  assert.equal(await startApp('serve', (kill) => kill('SIGINT')), { code: 130, stderr: 'closed\n' });
});

test.run();
